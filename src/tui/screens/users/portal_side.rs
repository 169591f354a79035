//! What a form about a portal user offers to choose from: roles, organization configs and
//! second factors, each with the reason where one can't be chosen.
//!
//! Owns how offers become fields and back. Must not judge who may give what: the offers say.

use std::collections::BTreeSet;

use crate::domain::company::CompanyKind;
use crate::domain::factor::Factor;
use crate::domain::fold;
use crate::domain::id::CompanyId;
use crate::domain::role::{Role, RoleChoice};
use crate::domain::text::Text;
use crate::domain::user::MemberConfig;
use crate::service::user_views::{MembershipView, UserView};
use crate::service::{ConfigOffer, FactorOffer, RoleOffer, UserForm};
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::event::{Cx, Slot, Status};
use crate::tui::popup::picker::{PickRow, Picker};
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Field, FieldId, Holds, Taken, Theirs};
use crate::tui::widgets::form::Form;

pub(super) const ROLE: FieldId = "role";
pub(super) const CAN_CREATE: FieldId = "can_create_users";
pub(super) const CLAIM: FieldId = "claim_authorization_required";
pub(super) const CONFIGS: FieldId = "configs";
pub(super) const FACTOR: FieldId = "second_factor";

const ROLES: Slot = "roles";
const FACTORS: Slot = "factors";
const OFFERED: Slot = "config offers";

/// What can be chosen.
#[derive(Debug, Default)]
pub(super) struct PortalSide {
    roles: Vec<RoleOffer>,
    /// The roles behind the options of the field, in their order.
    given: Vec<Option<RoleChoice>>,
    factors: Vec<FactorOffer>,
    /// The second factors behind the options of the field.
    chosen: Vec<Option<Factor>>,
    configs: Vec<ConfigOffer>,
    /// The companies that the configs were asked for.
    companies: Vec<CompanyId>,
    /// The role and the second factor that the account has already, in a form that edits one.
    held: Option<(RoleChoice, Option<Factor>)>,
    /// What it works with already.
    held_configs: Vec<MemberConfig>,
    /// Whether the account is a colleague's: its roles are others.
    staff: bool,
    /// What is still to come.
    awaited: BTreeSet<Slot>,
}

impl PortalSide {
    /// What an account that is edited can be given, as fields: where `view` says that this is
    /// not for who is signed in, as facts with the reason.
    pub(super) fn fields(view: &UserView) -> Vec<Field> {
        let role = view.role_choice;
        let mut fields = vec![match &view.why_not_role {
            Some(reason) => {
                Field::fact(ROLE, "Assigned Role", view.row.role.clone()).because(reason)
            }
            None => {
                let now = Choice::new([view.row.role.shown()], 0);
                let field = Field::choice(ROLE, "Assigned Role", now);
                if role.role().uses_console() && !role.role().is_privileged_portal() {
                    field.noted("Space chooses")
                } else {
                    field.listed()
                }
            }
        }];
        if let Some(profile) = &view.profile {
            let flag = |id, label, on: bool| match &view.why_not_flags {
                Some(_) => Field::fact(id, label, if on { "yes" } else { "no" }),
                None => Field::toggle(id, label, on),
            };
            let reason = |field: Field| match &view.why_not_flags {
                Some(reason) => field.because(reason),
                None => field,
            };
            let create = flag(CAN_CREATE, "Can Create Users", profile.can_create_users);
            if profile.account_type == CompanyKind::Partner {
                let on = profile.claim_authorization_required;
                fields.push(create);
                fields.push(reason(flag(CLAIM, "Claim Authorization Required", on)));
            } else {
                fields.push(reason(create));
            }
            fields.push(Field::many(CONFIGS, "Organization config", Vec::new()));
        }
        let now = Choice::new([view.second_factor.map_or("None", Factor::words)], 0);
        fields.push(Field::choice(FACTOR, "Authentication Factor Provider", now).listed());
        fields
    }

    /// For an account that is edited.
    pub(super) fn of(view: &UserView) -> Self {
        let memberships = view.profile.iter().flat_map(|it| &it.memberships);
        let held_configs = memberships.filter_map(config).collect();
        let held = Some((view.role_choice, view.second_factor));
        Self { held, held_configs, staff: view.profile.is_none(), ..Self::default() }
    }

    /// What somebody else has put into these fields.
    pub(super) fn theirs(&self, view: &UserView) -> Vec<(FieldId, Theirs)> {
        let mut theirs = vec![
            (ROLE, Theirs::Chosen(position(&self.given, &Some(view.role_choice)) as usize)),
            (FACTOR, Theirs::Chosen(position(&self.chosen, &view.second_factor) as usize)),
        ];
        if let Some(profile) = &view.profile {
            theirs.push((CAN_CREATE, Theirs::Switched(profile.can_create_users)));
            theirs.push((CLAIM, Theirs::Switched(profile.claim_authorization_required)));
            let configs = profile.memberships.iter().filter_map(config);
            theirs.push((CONFIGS, Theirs::Many(self.taken_of(configs))));
        }
        theirs
    }

    /// What was changed in these fields goes into `typed`; what was not is left as it is.
    pub(super) fn fill(&self, typed: &mut UserForm, form: &Form) {
        let switched = |id| form.has_changed(id).then(|| form.is_on(id));
        typed.role = form.has_changed(ROLE).then(|| self.role(form)).flatten();
        typed.can_create_users = switched(CAN_CREATE);
        typed.claim_authorization_required = switched(CLAIM);
        typed.configs = form.has_changed(CONFIGS).then(|| self.configs(form));
        typed.second_factor = form.has_changed(FACTOR).then(|| self.factor(form));
    }

    /// Asks for what `form` lets choose from.
    pub(super) fn begin(&mut self, form: &mut Form, cx: &mut Cx) {
        if self.staff {
            let offer = |role: Role| RoleOffer {
                choice: RoleChoice::BuiltIn(role),
                name: role.name().into(),
                description: None,
                why_not: None,
                active: true,
            };
            self.offer_roles(Role::STAFF.map(offer).into(), form);
        }
        let asks = [
            (ROLE, ROLES, UserAsk::RolesToGive, "Reading the roles"),
            (FACTOR, FACTORS, UserAsk::FactorOffers, "Reading the second factors"),
        ];
        for (field, slot, ask, doing) in asks {
            let choice = |it: &Field| it.id == field && matches!(it.holds, Holds::Choice { .. });
            if form.fields().iter().any(choice) && !(self.staff && field == ROLE) {
                cx.ask(slot, Ask::User(ask), doing);
                self.awaited.insert(slot);
            }
        }
    }

    /// Asks for the configs of `companies`, unless they are known.
    pub(super) fn of_companies(&mut self, companies: &[CompanyId], form: &mut Form, cx: &mut Cx) {
        if self.companies == companies {
            return;
        }
        self.companies = companies.to_vec();
        if companies.is_empty() {
            return self.offer_configs(Vec::new(), form);
        }
        cx.ask(OFFERED, Ask::User(UserAsk::Configs(companies.to_vec())), "Reading the contracts");
        self.awaited.insert(OFFERED);
    }

    /// Whether something is still to come that may be saved along.
    pub(super) fn awaits(&self) -> bool {
        !self.awaited.is_empty()
    }

    /// Takes an answer; gives it back when it is none of these.
    pub(super) fn learn(&mut self, reply: Reply, form: &mut Form) -> Option<Reply> {
        match reply {
            Reply::RolesToGive(offers) => {
                self.awaited.remove(ROLES);
                self.offer_roles(offers, form);
            }
            Reply::FactorOffers(offers) => {
                self.awaited.remove(FACTORS);
                self.offer_factors(offers, form);
            }
            Reply::Configs(offers) => {
                self.awaited.remove(OFFERED);
                self.offer_configs(offers, form);
            }
            other => return Some(other),
        }
        None
    }

    fn offer_roles(&mut self, offers: Vec<RoleOffer>, form: &mut Form) {
        let held = self.held.map(|(role, _)| role);
        let yours = offers.iter().filter(|it| it.why_not.is_none() || held == Some(it.choice));
        let mut options: Vec<(Option<RoleChoice>, String)> =
            yours.map(|it| (Some(it.choice), it.name.to_string())).collect();
        if held.is_none() && options.len() != 1 {
            options.insert(0, (None, "none chosen yet".to_owned()));
        }
        let at = options.iter().position(|it| it.0 == held).unwrap_or(0);
        form.offer(ROLE, Choice::new(options.iter().map(|it| it.1.clone()), at));
        self.given = options.into_iter().map(|it| it.0).collect();
        self.roles = offers;
        if !self.staff {
            form.note(ROLE, "F4 all roles");
        }
    }

    fn offer_factors(&mut self, offers: Vec<FactorOffer>, form: &mut Form) {
        let held = self.held.and_then(|(_, factor)| factor);
        let yours = offers.iter().filter(|it| it.why_not.is_none() || it.factor == held);
        let options: Vec<(Option<Factor>, &str)> = yours.map(|it| (it.factor, it.words)).collect();
        let at = options.iter().position(|it| it.0 == held).unwrap_or(0);
        form.offer(FACTOR, Choice::new(options.iter().map(|it| it.1), at));
        self.chosen = options.into_iter().map(|it| it.0).collect();
        self.factors = offers;
        form.note(FACTOR, "F4 all");
    }

    /// Puts configs of other companies in the place of those that were offered; what was
    /// chosen stays, as far as its company is still there.
    fn offer_configs(&mut self, offers: Vec<ConfigOffer>, form: &mut Form) {
        let first = self.configs.is_empty() && !self.held_configs.is_empty();
        let before = self.configs(form);
        let before = if first { std::mem::take(&mut self.held_configs) } else { before };
        self.configs = offers;
        let taken = self.taken_of(before.into_iter());
        if first {
            form.propose_many(CONFIGS, taken);
        } else {
            form.take_many(CONFIGS, taken);
        }
        let note = match (self.companies.len(), self.configs.len()) {
            (0, _) => "",
            (_, 0) => "no contract has one",
            _ => "F4 list",
        };
        form.note(CONFIGS, note);
    }

    /// Configs as values of the field, as far as they are offered.
    fn taken_of(&self, configs: impl Iterator<Item = MemberConfig>) -> Vec<Taken> {
        let is = |it: &ConfigOffer, one: &MemberConfig| {
            it.company == one.company && same(&it.code, &one.code)
        };
        let place = |one: MemberConfig| self.configs.iter().position(|it| is(it, &one));
        configs.filter_map(place).map(|at| self.taken(at)).collect()
    }

    fn taken(&self, at: usize) -> Taken {
        let label = self.configs.get(at).map(|it| format!("{} {}", it.company_code, it.code));
        Taken { id: at as u64, label: Text::new(label.unwrap_or_default()) }
    }

    /// The role that stands in the form.
    pub(super) fn role(&self, form: &Form) -> Option<RoleChoice> {
        self.given.get(form.chosen(ROLE)).copied().flatten()
    }

    /// The second factor that stands in the form.
    pub(super) fn factor(&self, form: &Form) -> Option<Factor> {
        match self.chosen.get(form.chosen(FACTOR)) {
            Some(factor) => *factor,
            None => self.held.and_then(|(_, factor)| factor),
        }
    }

    /// Whether the account that is edited has a second factor.
    pub(super) fn had_factor(&self) -> bool {
        self.held.is_some_and(|(_, factor)| factor.is_some())
    }

    /// The organization configs that stand in the form.
    pub(super) fn configs(&self, form: &Form) -> Vec<MemberConfig> {
        let offer = |taken: &Taken| self.configs.get(usize::try_from(taken.id).ok()?);
        let configs = form.taken_many(CONFIGS).iter().filter_map(offer);
        configs.map(|it| MemberConfig { company: it.company, code: it.code.clone() }).collect()
    }

    /// Opens the list of values for one of these fields; whether it is one of them.
    pub(super) fn look_up(&self, field: FieldId, form: &Form, cx: &mut Cx) -> bool {
        match field {
            ROLE => {
                let list = Picker::among(ROLE, "Roles of portal users", self.role_rows());
                cx.open(list.on(form.chosen(ROLE)));
            }
            FACTOR => {
                let rows = self.factor_rows();
                let list = Picker::among(FACTOR, "Authentication Factor Provider", rows);
                cx.open(list.on(form.chosen(FACTOR)));
            }
            CONFIGS if self.configs.is_empty() => {
                cx.say(Status::note(match self.companies.len() {
                    0 => "Choose the company first: its contracts name the organization configs.",
                    1 => "No contract of this company names an organization config.",
                    _ => "No contract of these companies names an organization config.",
                }))
            }
            CONFIGS => {
                let groups = self.configs.iter().enumerate();
                let groups = groups.map(|(at, it)| (at as u64, it.company.0)).collect();
                let title = "Organization config: one a company";
                let list = Picker::among(CONFIGS, title, self.config_rows());
                cx.open(list.ticking(form.taken_many(CONFIGS)).one_of_each(groups));
            }
            _ => return false,
        }
        true
    }

    fn role_rows(&self) -> Vec<PickRow> {
        let row = |it: &RoleOffer| PickRow {
            taken: Taken { id: position(&self.given, &Some(it.choice)), label: it.name.clone() },
            beside: it.description.clone().unwrap_or_default(),
            remark: match it.active {
                true => remark(it.why_not.as_ref(), "not yours to give"),
                false => "inactive".to_owned(),
            },
            refused: it.why_not.clone(),
        };
        self.roles.iter().map(row).collect()
    }

    fn factor_rows(&self) -> Vec<PickRow> {
        let row = |it: &FactorOffer| PickRow {
            taken: Taken { id: position(&self.chosen, &it.factor), label: it.words.into() },
            beside: it.why_not.as_deref().unwrap_or_default().into(),
            remark: remark(it.why_not.as_ref(), "not yet"),
            refused: it.why_not.clone(),
        };
        self.factors.iter().map(row).collect()
    }

    fn config_rows(&self) -> Vec<PickRow> {
        let row = |(at, it): (usize, &ConfigOffer)| {
            let contracts: Vec<&str> = it.contracts.iter().map(Text::raw).collect();
            let beside = format!("{}  {}", it.company_name, it.name);
            let contracts = contracts.join(", ");
            PickRow {
                taken: self.taken(at),
                beside: Text::new(beside),
                remark: if it.active { contracts } else { format!("{contracts}, not today") },
                refused: None,
            }
        };
        self.configs.iter().enumerate().map(row).collect()
    }
}

/// Whether two codes are the same config, as the services see it.
fn same(one: &Text, other: &Text) -> bool {
    fold::identity(one.raw()) == fold::identity(other.raw())
}

/// The place of a value among the options of its field.
fn position<T: PartialEq>(options: &[T], one: &T) -> u64 {
    options.iter().position(|it| it == one).unwrap_or_default() as u64
}

fn remark(why_not: Option<&String>, words: &str) -> String {
    if why_not.is_some() { words.to_owned() } else { String::new() }
}

/// The organization config that a user works with in a company.
fn config(it: &MembershipView) -> Option<MemberConfig> {
    let code = it.organization_config.clone()?;
    Some(MemberConfig { company: it.company, code })
}
