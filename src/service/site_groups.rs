//! Site groups: which sites belong together, and which group of them is the portal's.
//!
//! The portal site group is a record of its own, of which there is always exactly one. Making
//! another group the portal's swaps codes and sites of the two in one commit, so that there is
//! never none and never two.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use crate::domain::audit::Action;
use crate::domain::fold;
use crate::domain::id::{GroupId, SiteId};
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::site::{PortalGroup, Site, SiteGroup};
use crate::domain::text::Text;
use crate::domain::validate::{self, GROUP_CODE};
use crate::store::query::List;
use crate::store::record::PORTAL_GROUP;
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt, Stamp, UniqueKey, Versioned};

use super::commit::Subject;
use super::companies::keep;
use super::page::{NoStatus, entities};
use super::sites::on_group;
use super::trail::{HistoryLine, created, differences};
use super::{Desk, DeskError, ListArgs, Page, Session};

/// Which group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "Option<GroupId>")]
pub enum GroupChoice {
    /// The portal's.
    Portal,
    /// Another one.
    Other(GroupId),
}

impl From<GroupChoice> for Option<GroupId> {
    fn from(choice: GroupChoice) -> Self {
        match choice {
            GroupChoice::Portal => None,
            GroupChoice::Other(id) => Some(id),
        }
    }
}

impl std::fmt::Display for GroupChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Portal => f.pad("portal"),
            Self::Other(id) => id.fmt(f),
        }
    }
}

/// A site group in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteGroupRow {
    /// Which one; scripts see its number, and none for the portal's.
    #[serde(rename = "id")]
    pub choice: GroupChoice,
    /// Its short name.
    pub code: Text,
    /// Whether it is the portal's.
    pub portal: bool,
    /// The codes of its sites, in its order.
    pub sites: Vec<Text>,
    /// Its sites, in its order.
    #[serde(skip)]
    pub site_ids: Vec<SiteId>,
    /// What it was read at.
    #[serde(skip)]
    pub stamp: Stamp,
}

/// A site group with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteGroupView {
    /// The group.
    #[serde(flatten)]
    pub row: SiteGroupRow,
    /// How often it has changed.
    pub version: u64,
    /// What happened to it, newest first.
    pub history: Vec<HistoryLine>,
    /// The codes of its active sites that wait for Site sync.
    #[serde(skip)]
    pub waiting: Vec<Text>,
    /// Why who asked may not change it; none when they may.
    pub why_not_edit: Option<String>,
}

impl SiteGroupView {
    /// The form as it is opened on this group.
    pub fn form(&self) -> SiteGroupForm {
        SiteGroupForm { code: self.row.code.raw().to_owned(), sites: self.row.site_ids.clone() }
    }
}

/// What a site group's form holds, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteGroupForm {
    /// Its short name.
    pub code: String,
    /// Its sites; the first of the portal's is where new companies belong.
    pub sites: Vec<SiteId>,
}

/// A group as it was read, whichever it is.
struct Group {
    choice: GroupChoice,
    code: Text,
    sites: Vec<SiteId>,
    stamp: Stamp,
}

impl Group {
    fn of_portal(it: &Versioned<PortalGroup>) -> Self {
        let PortalGroup { code, sites, portal_enabled: _ } = it.value.clone();
        Self { choice: GroupChoice::Portal, code, sites, stamp: it.stamp }
    }

    fn of_other(it: Versioned<SiteGroup>) -> Self {
        let SiteGroup { id, code, sites } = it.value;
        Self { choice: GroupChoice::Other(id), code, sites, stamp: it.stamp }
    }

    fn row(&self, sites: &HashMap<SiteId, Site>) -> SiteGroupRow {
        let codes = self.sites.iter().filter_map(|id| sites.get(id)).map(|it| it.code.clone());
        SiteGroupRow {
            choice: self.choice,
            code: self.code.clone(),
            portal: self.choice == GroupChoice::Portal,
            sites: codes.collect(),
            site_ids: self.sites.clone(),
            stamp: self.stamp,
        }
    }
}

impl Desk {
    /// One page of the site groups: the portal's first, then the others by code
    /// ([`Sort::Login`](super::Sort::Login)) or number.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn site_groups(
        &self,
        who: &Session,
        args: &ListArgs<NoStatus>,
    ) -> Result<Page<SiteGroupRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let whole = ListArgs { page: 1, per_page: u64::MAX, ..args.clone() };
        let mut found = self.repo.query(&self.asked_plainly(List::SiteGroups, &whole)?)?;
        let others = entities(std::mem::take(&mut found.rows)).into_iter().map(Group::of_other);
        let others: Vec<Group> = others.collect();
        let portal = Group::of_portal(&self.portal_group()?);
        let code = fold::search(portal.code.raw());
        let is_wanted = fold::search(&args.text).split_whitespace().all(|word| code.contains(word));
        let first: Vec<Group> = is_wanted.then_some(portal).into_iter().collect();
        let ids = first.iter().chain(&others).flat_map(|it| it.sites.iter().copied());
        let sites = self.sites_by_id(ids)?;
        let rows = |groups: Vec<Group>| groups.iter().map(|it| it.row(&sites)).collect();
        Ok(Page::with_first(args, rows(first), rows(others), found.all + 1))
    }

    /// One site group with all that is known of it.
    ///
    /// # Errors
    /// When there is no such group, or the role may not read.
    pub fn site_group(
        &self,
        who: &Session,
        choice: GroupChoice,
    ) -> Result<SiteGroupView, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.group_view(who, choice)
    }

    /// The site group of that code, in any case.
    ///
    /// # Errors
    /// When there is none, or the role may not read.
    pub fn site_group_by_code(&self, who: &Session, code: &str) -> Result<SiteGroupRow, DeskError> {
        self.authorize(who, Permission::Read)?;
        let wanted = fold::identity(code);
        let portal = Group::of_portal(&self.portal_group()?);
        let group = if fold::identity(portal.code.raw()) == wanted {
            portal
        } else {
            let id = self.repo.owner(&UniqueKey::GroupCode(wanted))?;
            let id = id.ok_or_else(|| DeskError::not_found("site group", code.trim()))?;
            self.group(GroupChoice::Other(GroupId(id)))?
        };
        Ok(group.row(&self.sites_by_id(group.sites.iter().copied())?))
    }

    /// Makes a site group, which is not the portal's.
    ///
    /// # Errors
    /// When a field is wrong, the code is taken, a site is gone, or the role may not.
    pub fn create_site_group(
        &self,
        who: &Session,
        form: &SiteGroupForm,
    ) -> Result<SiteGroupView, DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        let portal = self.portal_group()?;
        let code = self.read_group(form, None, &portal.value)?;
        let id = GroupId(self.repo.reserve(Kind::SiteGroup, 1)?);
        let group = SiteGroup { id, code, sites: unique(&form.sites) };
        let key = Key::new(Kind::SiteGroup, id.0);
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::GroupCreate)
            .on(key, group.code.clone())
            .changing(created([
                ("code", Some(group.code.clone())),
                ("sites", self.codes(&group.sites)?),
            ]));
        let label = group.code.clone();
        // Its code is not to be the portal group's.
        let changes = Changes::new(entry)
            .create(group)
            .guard(Key::new(Kind::PortalGroup, PORTAL_GROUP), portal.stamp);
        self.commit_as(who, Permission::Administer, changes, &Subject { key, label, read: None })?;
        self.group_view(who, GroupChoice::Other(id))
    }

    /// Saves an edited site group; `base` is what the form was opened with. A site that comes
    /// into the portal's waits for Site sync.
    ///
    /// # Errors
    /// When a field is wrong, the code is taken, a site is gone, the portal's would have no
    /// active site, somebody else changed it meanwhile, or the role may not.
    pub fn edit_site_group(
        &self,
        who: &Session,
        choice: GroupChoice,
        base: Option<Stamp>,
        form: &SiteGroupForm,
    ) -> Result<SiteGroupView, DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        let portal = self.portal_group()?;
        let old = self.group(choice)?;
        let key = key_of(choice);
        self.expect_unmoved(key, &old.code, base, old.stamp)?;
        let code = self.read_group(form, Some(choice), &portal.value)?;
        let sites = unique(&form.sites);
        if code == old.code && sites == old.sites {
            return self.group_view(who, choice);
        }
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::GroupEdit)
            .on(key, code.clone())
            .changing(differences([
                ("code", Some(old.code.clone()), Some(code.clone())),
                ("sites", self.codes(&old.sites)?, self.codes(&sites)?),
            ]));
        let changes = match choice {
            GroupChoice::Portal => {
                let new = PortalGroup { code, sites, ..portal.value.clone() };
                let mut changes = self.portal_changed(entry, &portal.value, &new)?;
                if fold::identity(new.code.raw()) != fold::identity(old.code.raw()) {
                    let code = fold::identity(new.code.raw());
                    changes = changes.guard_free(UniqueKey::GroupCode(code));
                }
                changes.update(new, portal.stamp)
            }
            GroupChoice::Other(id) => Changes::new(entry)
                .update(SiteGroup { id, code, sites }, old.stamp)
                .guard(Key::new(Kind::PortalGroup, PORTAL_GROUP), portal.stamp),
        };
        self.commit_as(
            who,
            Permission::Administer,
            changes,
            &Subject { key, label: old.code, read: Some(old.stamp) },
        )?;
        self.group_view(who, choice)
    }

    /// Deletes a site group; its sites stay. The portal's can't be deleted: make another one
    /// the portal's first.
    ///
    /// # Errors
    /// When there is no such group, somebody else changed it since `base`, or the role may not.
    pub fn delete_site_group(
        &self,
        who: &Session,
        id: GroupId,
        base: Option<Stamp>,
    ) -> Result<SiteGroupRow, DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        let choice = GroupChoice::Other(id);
        let old = self.group(choice)?;
        let key = key_of(choice);
        self.expect_unmoved(key, &old.code, base, old.stamp)?;
        let row = old.row(&self.sites_by_id(old.sites.iter().copied())?);
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::GroupDelete)
            .on(key, old.code.clone())
            .changing(differences([
                ("code", Some(old.code.clone()), None),
                ("sites", self.codes(&old.sites)?, None),
            ]));
        let changes = Changes::new(entry).delete(key, old.stamp);
        self.commit_as(
            who,
            Permission::Administer,
            changes,
            &Subject { key, label: old.code, read: Some(old.stamp) },
        )?;
        Ok(row)
    }

    /// Makes a group the portal's; the one that was becomes a group like the others. Sites
    /// that come into the portal wait for Site sync.
    ///
    /// # Errors
    /// When there is no such group, it has no active site, somebody else changed it since
    /// `base`, or the role may not.
    pub fn make_portal_group(
        &self,
        who: &Session,
        id: GroupId,
        base: Option<Stamp>,
    ) -> Result<SiteGroupView, DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        let portal = self.portal_group()?;
        let old = self.group(GroupChoice::Other(id))?;
        let key = key_of(GroupChoice::Other(id));
        self.expect_unmoved(key, &old.code, base, old.stamp)?;
        let was = portal.value.clone();
        let new = PortalGroup { code: old.code.clone(), sites: old.sites.clone(), ..was.clone() };
        let entry = on_group(AuditDraft::new(self.clock.now(), &actor, Action::GroupPortal), &new)
            .on(key, was.code.clone())
            .changing(differences([
                ("code", Some(was.code.clone()), Some(new.code.clone())),
                ("sites", self.codes(&was.sites)?, self.codes(&new.sites)?),
            ]));
        let left = SiteGroup { id, code: was.code.clone(), sites: was.sites.clone() };
        let changes = self
            .portal_changed(entry, &was, &new)?
            .update(new, portal.stamp)
            .update(left, old.stamp);
        self.commit_as(
            who,
            Permission::Administer,
            changes,
            &Subject { key, label: old.code, read: Some(old.stamp) },
        )?;
        self.group_view(who, GroupChoice::Portal)
    }

    /// What a change of the portal's sites writes beside the group: sites that come in wait
    /// for Site sync, those that leave do not any more.
    fn portal_changed(
        &self,
        mut entry: AuditDraft,
        old: &PortalGroup,
        new: &PortalGroup,
    ) -> Result<Changes, DeskError> {
        let sites = self.sites_of(new.sites.iter().copied())?;
        if !sites.iter().any(|it| it.value.active) {
            return Err(Problem::field(
                Code::NoActiveSite,
                "sites",
                "The portal site group needs an active site; put one in, or activate one of its sites first.",
            )
            .into());
        }
        let gone = old.sites.iter().copied().filter(|id| !new.sites.contains(id));
        let gone = self.sites_of(gone)?;
        let moved = |it: &Versioned<Site>| {
            let waits = new.sites.contains(&it.value.id) && it.value.active;
            let is_new = !old.sites.contains(&it.value.id);
            let sync_due = waits && (is_new || it.value.sync_due);
            (sync_due != it.value.sync_due).then(|| Site { sync_due, ..it.value.clone() })
        };
        let all: Vec<&Versioned<Site>> = sites.iter().chain(&gone).collect();
        for site in all.iter().filter(|it| moved(it).is_some()) {
            entry = entry.on(Key::new(Kind::Site, site.value.id.0), site.value.code.clone());
        }
        Ok(all.into_iter().fold(Changes::new(entry), |changes, site| match moved(site) {
            Some(moved) => changes.update(moved, site.stamp),
            // It is decided on whether it is active.
            None => changes.guard(Key::new(Kind::Site, site.value.id.0), site.stamp),
        }))
    }

    /// Reads a form: its code, which no other group has; that its sites are there.
    fn read_group(
        &self,
        form: &SiteGroupForm,
        own: Option<GroupChoice>,
        portal: &PortalGroup,
    ) -> Result<Text, DeskError> {
        let mut problems = Vec::new();
        let code = keep(&mut problems, validate::short_name(GROUP_CODE, &form.code));
        let folded = code.as_ref().map(|code| fold::identity(code.raw()));
        if own != Some(GroupChoice::Portal)
            && folded.as_ref() == Some(&fold::identity(portal.code.raw()))
        {
            let code = &portal.code;
            problems.push(Problem::field(
                Code::Taken,
                GROUP_CODE.name,
                format!(
                    "Site group {code} exists already, it is the portal's; choose another code."
                ),
            ));
        }
        if let (Some(GroupChoice::Portal), Some(folded)) = (own, folded)
            && let Some(owner) = self.repo.owner(&UniqueKey::GroupCode(folded.clone()))?
        {
            return Err(self.taken(&UniqueKey::GroupCode(folded), owner));
        }
        let ids = unique(&form.sites);
        if self.sites_of(ids.iter().copied())?.len() != ids.len() {
            let message = "One of the sites is gone; take it off and choose another.";
            problems.push(Problem::field(Code::Malformed, "sites", message));
        }
        code.filter(|_| problems.is_empty()).ok_or(DeskError::Problems(problems))
    }

    fn group(&self, choice: GroupChoice) -> Result<Group, DeskError> {
        match choice {
            GroupChoice::Portal => Ok(Group::of_portal(&self.portal_group()?)),
            GroupChoice::Other(id) => {
                let group = self.repo.fetch::<SiteGroup>(id.0)?;
                Ok(Group::of_other(group.ok_or_else(|| DeskError::not_found("site group", id))?))
            }
        }
    }

    fn group_view(&self, who: &Session, choice: GroupChoice) -> Result<SiteGroupView, DeskError> {
        let group = self.group(choice)?;
        let sites = self.sites_by_id(group.sites.iter().copied())?;
        let of_group = group.sites.iter().filter_map(|id| sites.get(id));
        let waiting = of_group.filter(|it| it.active && it.sync_due).map(|it| it.code.clone());
        let waiting = waiting.collect();
        Ok(SiteGroupView {
            row: group.row(&sites),
            waiting,
            version: group.stamp.version,
            history: self.history(key_of(choice))?,
            why_not_edit: who.why_not(Permission::Administer),
        })
    }

    /// The codes of sites, as the trail says them; none for no site.
    fn codes(&self, ids: &[SiteId]) -> Result<Option<Text>, DeskError> {
        let sites = self.sites_of(ids.iter().copied())?;
        let codes: Vec<&str> = sites.iter().map(|it| it.value.code.raw()).collect();
        Ok((!codes.is_empty()).then(|| Text::new(codes.join(", "))))
    }
}

fn key_of(choice: GroupChoice) -> Key {
    match choice {
        GroupChoice::Portal => Key::new(Kind::PortalGroup, PORTAL_GROUP),
        GroupChoice::Other(id) => Key::new(Kind::SiteGroup, id.0),
    }
}

/// The sites, each once, in their order.
fn unique(sites: &[SiteId]) -> Vec<SiteId> {
    let mut seen = BTreeSet::new();
    sites.iter().copied().filter(|id| seen.insert(*id)).collect()
}
