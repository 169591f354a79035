//! The search form of a list, around what the list is searched by.

use std::fmt::Debug;
use std::marker::PhantomData;

use ratatui::layout::Rect;

use super::Word;
use super::conditions::{COMPANIES, Line, TEXT, Written};
use super::sheet::buttons;
use crate::domain::problem::{Code, Problem};
use crate::service::conditions::{self, Vocabulary};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Spot};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::popup::picker::Picker;
use crate::tui::state::{Seen, Zone};
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::{Form, Heard};

/// What a list is searched by, and how that is asked for.
pub trait Criteria: Debug + Clone + Default + Send + 'static {
    /// The title of the form.
    const TITLE: &'static str;
    /// What may be typed into the filter line.
    const VOCABULARY: Vocabulary;

    /// The filter line.
    fn text(&self) -> &str;

    /// The same with another filter line.
    fn with_text(self, text: String) -> Self;

    /// What is searched by besides, as it stands before the filter: `Dates any`.
    fn words(&self, seen: &Seen) -> String;

    /// The fields of the form.
    fn fields(&self, zone: Zone) -> Vec<Field>;

    /// Reads the fields.
    ///
    /// # Errors
    /// A problem for each field that holds nothing to search by.
    fn read(form: &Form, zone: Zone) -> Result<Self, Vec<Problem>>;

    /// For the list below.
    fn tell(self) -> Word;

    /// In the list below.
    fn told(word: &Word) -> Option<&Self>;
}

/// A filter line that can be searched by.
///
/// # Errors
/// What is wrong with it, for the field of the form that takes any text.
pub fn checked<C: Criteria>(line: String) -> Result<String, Vec<Problem>> {
    match C::VOCABULARY.check(&line) {
        Ok(()) => Ok(line),
        Err(error) => Err(vec![Problem::field(Code::Malformed, TEXT, error.message)]),
    }
}

/// What lists without a search form are searched by: words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(String);

impl Criteria for Words {
    const TITLE: &'static str = "Search";
    const VOCABULARY: Vocabulary = conditions::WORDS;

    fn text(&self) -> &str {
        &self.0
    }

    fn with_text(self, text: String) -> Self {
        Self(text)
    }

    fn words(&self, _seen: &Seen) -> String {
        String::new()
    }

    fn fields(&self, _zone: Zone) -> Vec<Field> {
        vec![Line::of(&self.0).rest()]
    }

    fn read(form: &Form, _zone: Zone) -> Result<Self, Vec<Problem>> {
        Ok(Self(Written::default().line(form)))
    }

    fn tell(self) -> Word {
        Word::Words(self)
    }

    fn told(word: &Word) -> Option<&Self> {
        if let Word::Words(words) = word { Some(words) } else { None }
    }
}

/// The form, in a window over the list.
#[derive(Debug)]
pub struct Search<C> {
    form: Form,
    zone: Zone,
    of: PhantomData<C>,
}

impl<C: Criteria> Search<C> {
    /// The form, filled in with what is searched by now.
    pub fn new(criteria: &C, zone: Zone) -> Self {
        let form = Form::new(criteria.fields(zone), buttons("Search")).hurried();
        Self { form, zone, of: PhantomData }
    }

    fn press(&mut self, action: Action, cx: &mut Cx) {
        if action != Action::Save {
            cx.push(Command::Close);
            return;
        }
        match C::read(&self.form, self.zone) {
            Ok(criteria) => {
                cx.push(Command::CloseWith(Event::Word(Box::new(criteria.tell()))));
            }
            Err(problems) => drop(self.form.show_problems(&problems)),
        }
    }
}

impl<C: Criteria> Screen for Search<C> {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        C::TITLE.to_owned()
    }

    fn window(&self, _seen: &Seen) -> Option<(u16, u16)> {
        Some((66, self.form.height(60) + 4))
    }

    fn saving_is_called(&self) -> Option<&'static str> {
        self.form.verb()
    }

    fn takes_text(&self) -> bool {
        self.form.takes_text()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        self.form.can(action)
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.form.hit(spot)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match self.form.attend(&event, cx) {
            Heard::LookUp(field, typed) => cx.open(Picker::new(field, COMPANIES, &typed)),
            Heard::Pressed(action) => self.press(action, cx),
            _ => {}
        }
        self.form.go_on(&event);
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.form.draw(layout::padded(area), pen);
    }
}
