//! The real program in a real terminal, up to its first frame.

use std::io::Read;
use std::num::NonZeroU16;
use std::path::Path;
use std::time::Instant;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

/// Milliseconds from starting the program to the first words on its screen.
pub fn first_frame(store: &Path) -> f64 {
    let pair = native_pty_system()
        .openpty(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 })
        .expect("the system gives pseudo-terminals");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_portaldesk"));
    command.arg("--data-dir");
    command.arg(store);
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    let mut reader = pair.master.try_clone_reader().expect("the terminal can be read");
    let start = Instant::now();
    let mut child = pair.slave.spawn_command(command).expect("the program starts");
    drop(pair.slave);
    let cells = |count| NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN);
    let mut parser = vt100::Parser::new(cells(40), cells(120), 0);
    let mut buffer = [0; 8192];
    loop {
        let read = reader.read(&mut buffer).unwrap_or(0);
        assert!(read > 0, "the program ended: {}", parser.screen().contents());
        parser.process(&buffer[..read]);
        if !parser.screen().contents().trim().is_empty() {
            break;
        }
    }
    let taken = start.elapsed().as_secs_f64() * 1e3;
    // It leaves the terminal and the store as it should.
    let pid = child.process_id().and_then(|pid| i32::try_from(pid).ok());
    if let Some(pid) = pid.and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
    std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    drop(child.wait());
    taken
}
