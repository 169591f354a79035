//! Sites: the web addresses through which the portal is reached.
//!
//! Owns what a site may not become: the portal site group never loses its last active site.
//! Whatever changes which of that group's sites are active writes the group too, so that
//! nobody can become a portal user by what was true before (see `PortalSites`).

use std::collections::HashMap;

use serde::Serialize;

use crate::domain::audit::{Action, FieldChange};
use crate::domain::fold;
use crate::domain::id::SiteId;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::site::{PortalGroup, Site, SiteGroup};
use crate::domain::text::Text;
use crate::domain::validate::{self, NEW_SITE_CODE, SITE_NAME, WEBSITE};
use crate::store::query::List;
use crate::store::record::PORTAL_GROUP;
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt, Stamp, UniqueKey, Versioned};

use super::commit::Subject;
use super::companies::{keep, no_site, yes_no};
use super::page::{NoStatus, entities};
use super::trail::{HistoryLine, created, differences};
use super::{Desk, DeskError, ListArgs, Page, Session, Sort};

/// A site in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteRow {
    /// Its identity.
    pub id: SiteId,
    /// Its short name.
    pub code: Text,
    /// Its name.
    pub name: Text,
    /// Its address; empty when none is known.
    pub website: Text,
    /// Whether it is in use at all.
    pub active: bool,
    /// Whether its own portal flag is on.
    pub portal_enabled: bool,
    /// Whether it is in the portal site group.
    pub in_portal: bool,
    /// Whether people can sign in there: all switches on, in use, in the portal site group.
    pub open: bool,
    /// Whether portal users are still to be given their accounts at it.
    pub sync_due: bool,
    /// What it was read at.
    #[serde(skip)]
    pub stamp: Stamp,
}

impl SiteRow {
    fn of(site: Versioned<Site>, group: &PortalGroup) -> Self {
        let Versioned { value, stamp } = site;
        Self {
            open: group.open_at(&value),
            in_portal: group.sites.contains(&value.id),
            id: value.id,
            code: value.code,
            name: value.name,
            website: value.website,
            active: value.active,
            portal_enabled: value.portal_enabled,
            sync_due: value.sync_due,
            stamp,
        }
    }
}

/// A site with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteView {
    /// The site.
    #[serde(flatten)]
    pub row: SiteRow,
    /// How often it has changed.
    pub version: u64,
    /// The codes of the groups that it is in, the portal's first.
    pub groups: Vec<Text>,
    /// What happened to it, newest first.
    pub history: Vec<HistoryLine>,
    /// Why who asked may not change it; none when they may.
    pub why_not_edit: Option<String>,
}

impl SiteView {
    /// The form as it is opened on this site.
    pub fn form(&self) -> SiteForm {
        SiteForm {
            code: self.row.code.raw().to_owned(),
            name: self.row.name.raw().to_owned(),
            website: self.row.website.raw().to_owned(),
            in_portal: self.row.in_portal,
        }
    }

    /// What follows from deactivating it, in a sentence or two.
    pub fn if_deactivated(&self) -> String {
        if !self.row.in_portal {
            return String::from(
                "It is not in the portal site group; nobody signs in there. It can be activated again.",
            );
        }
        String::from(
            "Nobody can sign in or send a request there; whose own site it is signs in at another site by its name. New users get no account at it. It can be activated again; Site sync then makes up for those.",
        )
    }
}

/// What a site's form holds, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteForm {
    /// Its short name.
    pub code: String,
    /// Its name; the code when empty.
    pub name: String,
    /// Its address; may be empty.
    pub website: String,
    /// Whether a new site comes into the portal site group at once; not looked at when a site
    /// is edited, which its groups are for.
    pub in_portal: bool,
}

/// What a site is called and where it is.
struct Named {
    code: Text,
    name: Text,
    website: Text,
}

impl SiteForm {
    fn read(&self) -> Result<Named, DeskError> {
        let mut problems = Vec::new();
        let code = keep(&mut problems, validate::short_name(NEW_SITE_CODE, &self.code));
        let name = keep(&mut problems, validate::optional(SITE_NAME, &self.name)).flatten();
        let website =
            keep(&mut problems, validate::optional_website(WEBSITE, &self.website)).flatten();
        match code.filter(|_| problems.is_empty()) {
            None => Err(DeskError::Problems(problems)),
            Some(code) => Ok(Named {
                name: name.unwrap_or_else(|| code.clone()),
                website: website.unwrap_or_default(),
                code,
            }),
        }
    }
}

impl Desk {
    /// One page of the sites, by code ([`Sort::Login`]), name or number.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn sites(
        &self,
        who: &Session,
        args: &ListArgs<NoStatus>,
    ) -> Result<Page<SiteRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let group = self.portal_group()?.value;
        let mut found = self.repo.query(&self.asked_plainly(List::Sites, args)?)?;
        let rows = entities(std::mem::take(&mut found.rows));
        let rows = rows.into_iter().map(|it| SiteRow::of(it, &group)).collect();
        Ok(Page::of(&found, args.per_page, rows))
    }

    /// One site with all that is known of it.
    ///
    /// # Errors
    /// When there is none of that number, or the role may not read.
    pub fn site(&self, who: &Session, id: SiteId) -> Result<SiteView, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.site_view(who, id)
    }

    /// The site of that code, in any case.
    ///
    /// # Errors
    /// When there is none, or the role may not read.
    pub fn site_by_code(&self, who: &Session, code: &str) -> Result<SiteRow, DeskError> {
        self.authorize(who, Permission::Read)?;
        let id = self.repo.owner(&UniqueKey::SiteCode(fold::identity(code)))?;
        let id = id.ok_or_else(|| DeskError::not_found("site", code.trim()))?;
        Ok(SiteRow::of(self.site_record(SiteId(id))?, &self.portal_group()?.value))
    }

    /// Makes a site, active and with its portal on; in the portal site group if the form says
    /// so, where new users have an account at once and Site sync gives one to the others.
    ///
    /// # Errors
    /// When a field is wrong, the code is taken, or the role may not.
    pub fn create_site(&self, who: &Session, form: &SiteForm) -> Result<SiteView, DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        let Named { code, name, website } = form.read()?;
        let group = self.portal_group()?;
        let id = SiteId(self.repo.reserve(Kind::Site, 1)?);
        let sync_due = form.in_portal;
        let site = Site { id, code, name, website, active: true, portal_enabled: true, sync_due };
        let key = Key::new(Kind::Site, id.0);
        let mut fields = created(fields(&site));
        fields.extend(created([("portal_site", Some(yes_no(form.in_portal).into()))]));
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::SiteCreate)
            .on(key, site.code.clone())
            .changing(fields);
        let subject = Subject { key, label: site.code.clone(), read: None };
        let changes = if form.in_portal {
            let mut with = group.value.clone();
            with.sites.push(id);
            // In the group's own history it would read as if the group were made.
            let entry = on_group(entry, &with).noting(label(&site));
            Changes::new(entry).update(with, group.stamp)
        } else {
            Changes::new(entry)
        };
        self.commit_as(who, Permission::Administer, changes.create(site), &subject)?;
        self.site_view(who, id)
    }

    /// Saves an edited site; `base` is what the form was opened with.
    ///
    /// # Errors
    /// When a field is wrong, the code is taken, somebody else changed it meanwhile, or the
    /// role may not.
    pub fn edit_site(
        &self,
        who: &Session,
        id: SiteId,
        base: Option<Stamp>,
        form: &SiteForm,
    ) -> Result<SiteView, DeskError> {
        self.change_site(who, id, base, Action::SiteEdit, |old, _| {
            let Named { code, name, website } = form.read()?;
            Ok(Site { code, name, website, ..old.clone() })
        })
    }

    /// Takes a site into use again; in the portal site group it then waits for Site sync.
    ///
    /// # Errors
    /// When it is active already, somebody else changed it since `base`, or the role may not.
    pub fn activate_site(
        &self,
        who: &Session,
        id: SiteId,
        base: Option<Stamp>,
    ) -> Result<SiteView, DeskError> {
        self.change_site(who, id, base, Action::SiteActivate, |old, group| {
            if old.active {
                return Err(wrong_state(old, "is active already; nothing was changed."));
            }
            Ok(Site { active: true, sync_due: group.sites.contains(&id), ..old.clone() })
        })
    }

    /// Takes a site out of use; what it holds stays.
    ///
    /// # Errors
    /// When it is inactive already or the last active one of the portal site group, somebody
    /// else changed it since `base`, or the role may not.
    pub fn deactivate_site(
        &self,
        who: &Session,
        id: SiteId,
        base: Option<Stamp>,
    ) -> Result<SiteView, DeskError> {
        self.change_site(who, id, base, Action::SiteDeactivate, |old, group| {
            if !old.active {
                return Err(wrong_state(old, "is inactive already; nothing was changed."));
            }
            if group.sites.contains(&id) {
                let others = group.sites.iter().copied().filter(|it| *it != id);
                if !self.sites_of(others)?.iter().any(|it| it.value.active) {
                    return Err(wrong_state(
                        old,
                        "is the last active site of the portal site group; activate another one first.",
                    ));
                }
            }
            Ok(Site { active: false, sync_due: false, ..old.clone() })
        })
    }

    /// Does one deed to a site; what changes nothing leaves no trace.
    pub(super) fn change_site(
        &self,
        who: &Session,
        id: SiteId,
        base: Option<Stamp>,
        action: Action,
        deed: impl FnOnce(&Site, &PortalGroup) -> Result<Site, DeskError>,
    ) -> Result<SiteView, DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        let group = self.portal_group()?;
        let Versioned { value: old, stamp } = self.site_record(id)?;
        let key = Key::new(Kind::Site, id.0);
        self.expect_unmoved(key, &old.code, base, stamp)?;
        let new = deed(&old, &group.value)?;
        if new == old {
            return self.site_view(who, id);
        }
        let mut entry = AuditDraft::new(self.clock.now(), &actor, action)
            .on(key, new.code.clone())
            .changing(site_changes(&old, &new));
        // Whoever becomes a user at this moment decided on the group as it was.
        let moves_group = new.active != old.active && group.value.sites.contains(&id);
        if moves_group {
            entry = on_group(entry, &group.value).noting(label(&new));
        }
        let mut changes = Changes::new(entry).update(new, stamp);
        if moves_group {
            changes = changes.update(group.value, group.stamp);
        }
        self.commit_as(
            who,
            Permission::Administer,
            changes,
            &Subject { key, label: old.code, read: Some(stamp) },
        )?;
        self.site_view(who, id)
    }

    /// The portal site group.
    ///
    /// # Errors
    /// When nobody has set the store up yet, or it can't be read.
    pub(super) fn portal_group(&self) -> Result<Versioned<PortalGroup>, DeskError> {
        self.repo.fetch::<PortalGroup>(PORTAL_GROUP)?.ok_or_else(no_site)
    }

    pub(super) fn site_record(&self, id: SiteId) -> Result<Versioned<Site>, DeskError> {
        self.repo.fetch::<Site>(id.0)?.ok_or_else(|| DeskError::not_found("site", id))
    }

    /// The sites of those numbers, in their order, without those that there are not.
    pub(super) fn sites_of(
        &self,
        ids: impl IntoIterator<Item = SiteId>,
    ) -> Result<Vec<Versioned<Site>>, DeskError> {
        let ids: Vec<u64> = ids.into_iter().map(|id| id.0).collect();
        Ok(self.repo.fetch_many::<Site>(&ids)?.into_iter().flatten().collect())
    }

    /// The sites of those numbers, in one read.
    pub(super) fn sites_by_id(
        &self,
        ids: impl Iterator<Item = SiteId>,
    ) -> Result<HashMap<SiteId, Site>, DeskError> {
        let mut ids: Vec<SiteId> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(self.sites_of(ids)?.into_iter().map(|it| (it.value.id, it.value)).collect())
    }

    fn site_view(&self, who: &Session, id: SiteId) -> Result<SiteView, DeskError> {
        let site = self.site_record(id)?;
        let portal = self.portal_group()?.value;
        let mut groups: Vec<Text> =
            portal.sites.contains(&id).then(|| portal.code.clone()).into_iter().collect();
        let own = self.all_of::<SiteGroup>(List::SiteGroups, Sort::Login)?;
        groups.extend(
            own.into_iter().filter(|it| it.value.sites.contains(&id)).map(|it| it.value.code),
        );
        Ok(SiteView {
            version: site.stamp.version,
            groups,
            history: self.history(Key::new(Kind::Site, id.0))?,
            why_not_edit: who.why_not(Permission::Administer),
            row: SiteRow::of(site, &portal),
        })
    }
}

/// The entry, about the portal site group too.
pub(super) fn on_group(entry: AuditDraft, group: &PortalGroup) -> AuditDraft {
    entry.on(Key::new(Kind::PortalGroup, PORTAL_GROUP), group.code.clone())
}

/// The remark by which the history of a group tells its site from itself.
fn label(site: &Site) -> Text {
    Text::new(format!("site {}", site.code.raw()))
}

/// What the trail says of a site.
fn fields(it: &Site) -> [(&'static str, Option<Text>); 5] {
    let website = (!it.website.is_blank()).then(|| it.website.clone());
    [
        ("code", Some(it.code.clone())),
        ("name", Some(it.name.clone())),
        ("website", website),
        ("active", Some(yes_no(it.active).into())),
        ("portal_enabled", Some(yes_no(it.portal_enabled).into())),
    ]
}

/// What the trail says of a changed site.
pub(super) fn site_changes(old: &Site, new: &Site) -> Vec<FieldChange> {
    let pairs = fields(old).into_iter().zip(fields(new));
    differences(pairs.map(|((name, was), (_, is))| (name, was, is)))
}

fn wrong_state(site: &Site, what: &str) -> DeskError {
    Problem::whole(Code::WrongState, format!("Site {} {what}", site.code)).into()
}
