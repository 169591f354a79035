//! Bytes: numbers and texts as a saved list is written, little end first.
//!
//! Owns the writing and the reading of columns. What is read may be anything: a length is
//! believed only as far as bytes follow, and what can't be is an error of the kind
//! [`io::ErrorKind::InvalidData`].

use std::io::{self, Read, Write};

/// Columns are turned into bytes and back through a buffer of so many numbers.
const AT_ONCE: usize = 4096;

/// That what was read can't have been written.
pub fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the saved lists are damaged: {what}"))
}

/// Checks what must hold of what was read.
///
/// # Errors
/// When it does not.
pub fn expect(holds: bool, what: &str) -> io::Result<()> {
    if holds { Ok(()) } else { Err(damaged(what)) }
}

/// A number that columns are made of.
pub trait Number: Copy {
    /// How many bytes it takes.
    const SIZE: usize;
    /// Writes it into so many bytes.
    fn put(self, bytes: &mut [u8]);
    /// Reads it from so many bytes.
    fn take(bytes: &[u8]) -> Self;
}

macro_rules! number {
    ($($type:ty)*) => {$(
        impl Number for $type {
            const SIZE: usize = size_of::<$type>();

            fn put(self, bytes: &mut [u8]) {
                bytes.copy_from_slice(&self.to_le_bytes());
            }

            fn take(bytes: &[u8]) -> Self {
                let mut own = [0; size_of::<$type>()];
                own.copy_from_slice(bytes);
                Self::from_le_bytes(own)
            }
        }
    )*};
}

number!(u8 u16 u32 u64 i64);

/// Writes numbers one after the other.
///
/// # Errors
/// As `to` has it.
pub fn put_all<N: Number>(
    to: &mut impl Write,
    numbers: impl IntoIterator<Item = N>,
) -> io::Result<()> {
    let mut buffer = vec![0; AT_ONCE * N::SIZE];
    let mut numbers = numbers.into_iter();
    loop {
        let mut length = 0;
        for (number, bytes) in numbers.by_ref().take(AT_ONCE).zip(buffer.chunks_exact_mut(N::SIZE))
        {
            number.put(bytes);
            length += N::SIZE;
        }
        if length == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..length])?;
    }
}

/// Reads so many numbers.
///
/// # Errors
/// As `from` has it, and when they are not there.
pub fn take_all<N: Number>(from: &mut impl Read, count: usize) -> io::Result<Vec<N>> {
    let mut buffer = vec![0; count.min(AT_ONCE) * N::SIZE];
    let mut numbers = Vec::new();
    while numbers.len() < count {
        let now = (count - numbers.len()).min(AT_ONCE);
        let bytes = &mut buffer[..now * N::SIZE];
        from.read_exact(bytes)?;
        if numbers.is_empty() {
            // Some have really come; no room is made for a length that says nonsense only.
            numbers.reserve_exact(if count <= 1 << 26 { count } else { now });
        }
        numbers.extend(bytes.chunks_exact(N::SIZE).map(N::take));
    }
    Ok(numbers)
}

/// Reads a text of so many bytes.
///
/// # Errors
/// As `from` has it, and when they are not there.
pub fn take_text(from: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    text.reserve_exact(length.min(1 << 24));
    from.take(length as u64).read_to_end(&mut text)?;
    expect(text.len() == length, "a text breaks off")?;
    text.shrink_to_fit();
    Ok(text)
}

/// Writes a number.
///
/// # Errors
/// As `to` has it.
pub fn put<N: Number>(to: &mut impl Write, number: N) -> io::Result<()> {
    let mut bytes = [0; 8];
    number.put(&mut bytes[..N::SIZE]);
    to.write_all(&bytes[..N::SIZE])
}

/// Reads a number.
///
/// # Errors
/// As `from` has it.
pub fn take<N: Number>(from: &mut impl Read) -> io::Result<N> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes[..N::SIZE])?;
    Ok(N::take(&bytes[..N::SIZE]))
}

/// Writes how many there are and then each.
///
/// # Errors
/// As `to` has it.
pub fn put_counted<N: Number>(to: &mut impl Write, numbers: &[N]) -> io::Result<()> {
    put(to, numbers.len() as u64)?;
    put_all(to, numbers.iter().copied())
}

/// Reads what [`put_counted`] has written.
///
/// # Errors
/// As `from` has it.
pub fn take_counted<N: Number>(from: &mut impl Read) -> io::Result<Vec<N>> {
    let count: u64 = take(from)?;
    // What does not fit into memory does not follow either.
    take_all(from, usize::try_from(count).unwrap_or(usize::MAX))
}
