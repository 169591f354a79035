//! From question to call.

use std::path::Path;

use crate::domain::job::RUNS_KEPT;
use crate::domain::login::Door;
use crate::domain::site::PortalScope;
use crate::service::contracts::ContractRow;
use crate::service::exports::{Exported, to_file};
use crate::service::second_factor::{self, Proven};
use crate::service::session::Origin;
use crate::service::{
    Credentials, Desk, DeskError, ListArgs, Page, PasswordChange, Session, SignIn, Watch,
};
use crate::tui::ask::{
    Answer, Ask, CompanyAsk, ContactAsk, Enrolled, Export, GateAsk, JobAsk, JobReply, MailAsk,
    MailReply, OwnAsk, Reply, RequestAsk, SettingsAsk, SettingsReply, UserAsk,
};

/// Calls the service that a question is for; `watch` looks on while that takes long.
pub(in crate::tui) fn perform(
    desk: &Desk,
    origin: &Origin,
    who: Option<&Session>,
    ask: Ask,
    watch: &dyn Watch,
) -> Answer {
    let who =
        who.ok_or_else(|| DeskError::SignedOut("Nobody is signed in; sign in first.".to_owned()));
    match ask {
        Ask::Gate(GateAsk::Reenter { password, code }) => {
            desk.reauthenticate(who?, &password, code.as_ref()).map(entered)
        }
        Ask::Gate(ask) => gate(desk, origin, ask),
        Ask::Dashboard { midnight } => {
            desk.dashboard(who?, midnight).map(|numbers| Reply::Dashboard(Box::new(numbers)))
        }
        Ask::Request(ask) => request(desk, who?, ask),
        Ask::Own(ask) => own(desk, who?, ask),
        Ask::User(ask) => user(desk, who?, ask, watch),
        Ask::Contact(ask) => contact(desk, who?, ask),
        Ask::Handout { path, handout } => {
            handout.write(&path).map(|path| Reply::Written(path.display().to_string()))
        }
        Ask::Export { what, path, replace } => export(desk, who?, &what, &path, replace, watch),
        Ask::Audit(args) => desk.audit(who?, &args.of_status(None)).map(Reply::Audit),
        Ask::Mail(ask) => mail(desk, who?, ask, watch).map(Reply::Mail),
        Ask::Contacts(args) => desk.contacts(who?, &args).map(Reply::Contacts),
        Ask::Company(ask) => company(desk, who?, ask),
        Ask::Settings(ask) => settings(desk, who?, ask, watch).map(Reply::Settings),
        Ask::Companies(args) => desk.companies(who?, &args).map(Reply::Companies),
        Ask::Jobs(ask) => jobs(desk, who?, ask, watch).map(Reply::Jobs),
    }
}

fn mail(
    desk: &Desk,
    who: &Session,
    ask: MailAsk,
    watch: &dyn Watch,
) -> Result<MailReply, DeskError> {
    let view = match ask {
        MailAsk::List(args) => return desk.mails(who, &args).map(MailReply::Mails),
        MailAsk::Preview(id) => {
            return desk.preview_mail(who, id).map(|it| MailReply::Preview(Box::new(it)));
        }
        MailAsk::HeldPlan => return desk.held_plan(who).map(MailReply::HeldPlan),
        MailAsk::SendHeld => return desk.send_held(who, watch).map(MailReply::Released),
        MailAsk::Show(id) => desk.mail(who, id),
        MailAsk::Resend { user, base, again } => desk.invite(who, user, Some(base), again),
        MailAsk::Cancel(id) => desk.cancel_mail(who, id),
        MailAsk::Release(id) => desk.release_mail(who, id),
    };
    view.map(|view| MailReply::Mail(Box::new(view)))
}

/// Has rows written to a file.
fn export(
    desk: &Desk,
    who: &Session,
    what: &Export,
    path: &Path,
    replace: bool,
    watch: &dyn Watch,
) -> Answer {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let Exported { rows, stopped } = to_file(&whole, replace, |out| match what {
        Export::Users(chosen) => desk.export_users(who, chosen, out, watch),
        Export::Contacts(args) => desk.export_contacts(who, args, out, watch),
        Export::Companies(args) => desk.export_companies(who, args, out, watch),
        Export::Requests(args) => desk.export_requests(who, args, out, watch),
    })?;
    Ok(Reply::Exported { rows, stopped, path: whole.display().to_string() })
}

fn gate(desk: &Desk, origin: &Origin, ask: GateAsk) -> Answer {
    match ask {
        GateAsk::IsEmpty => desk.is_empty().map(Reply::IsEmpty),
        GateAsk::SetUp(input) => desk.set_up(&input, origin).map(|_| Reply::Done),
        GateAsk::SignIn { name, password, code } => {
            let shown = Credentials::new(&name, &password).with_code(code.as_ref());
            desk.sign_in(&shown, Door::Console, origin).map(entered)
        }
        GateAsk::BeginEnrolment(leave) => {
            desk.begin_enrolment(&leave).map(|offer| Reply::EnrolmentOffer(Box::new(offer)))
        }
        GateAsk::FinishEnrolment { leave, code } => {
            let second_factor::Enrolled { codes, then } = desk.finish_enrolment(&leave, &code)?;
            let (user_id, then) = (leave.user_id().clone(), entered(then));
            Ok(Reply::Enrolled(Box::new(Enrolled { user_id, codes, then })))
        }
        GateAsk::ChangeFirst { leave, new } => desk
            .change_first_password(&leave, &new)
            .map(|session| Reply::SignedIn(Box::new(session))),
        GateAsk::Reenter { .. } => {
            Err(DeskError::SignedOut("Nobody is signed in; sign in first.".to_owned()))
        }
    }
}

fn entered(sign_in: SignIn) -> Reply {
    match sign_in {
        SignIn::SignedIn(session) => Reply::SignedIn(Box::new(session)),
        SignIn::NeedsCode { user_id, .. } => Reply::NeedsCode { user_id },
        SignIn::NeedsEnrolment(leave) => Reply::NeedsEnrolment(Box::new(leave)),
        SignIn::MustChange(leave) => Reply::MustChange(Box::new(leave)),
        SignIn::Refused(refusal) => Reply::NotLetIn(refusal.message),
    }
}

fn request(desk: &Desk, who: &Session, ask: RequestAsk) -> Answer {
    let view = match ask {
        RequestAsk::List(args) => return desk.requests(who, &args).map(Reply::Requests),
        RequestAsk::Prefill(id) => return desk.contact_prefill(who, id).map(Reply::Prefill),
        RequestAsk::Show(id) => desk.request(who, id),
        RequestAsk::Save { id, base, form, contact } => {
            desk.save_request(who, id, Some(base), &form, contact)
        }
        RequestAsk::Link { id, base, contact } => desk.link_request(who, id, Some(base), contact),
        RequestAsk::Unlink { id, base } => desk.unlink_request(who, id, Some(base)),
        RequestAsk::Reject { id, base, reason, had: None } => {
            desk.reject_request(who, id, Some(base), &reason)
        }
        RequestAsk::Reject { id, base, reason, had: Some(contact) } => desk
            .link_request(who, id, Some(base), contact)
            .and_then(|linked| desk.reject_request(who, id, Some(linked.row.stamp), &reason)),
        RequestAsk::Reopen { id, base, had: None } => desk.reopen_request(who, id, Some(base)),
        RequestAsk::Reopen { id, base, had: Some(contact) } => desk
            .reopen_request(who, id, Some(base))
            .and_then(|open| desk.link_request(who, id, Some(open.row.stamp), contact)),
        RequestAsk::Approve { id, base, login } => {
            desk.approve_request(who, id, Some(base), Some(&login)).map(|approved| approved.request)
        }
        RequestAsk::NewContact { id, base, form, company } => {
            desk.create_contact_for_request(who, id, Some(base), Some(&form), &company)
        }
    };
    view.map(|view| Reply::Request(Box::new(view)))
}

fn user(desk: &Desk, who: &Session, ask: UserAsk, watch: &dyn Watch) -> Answer {
    let view = match ask {
        UserAsk::List(args) => return desk.users(who, &args).map(Reply::Users),
        UserAsk::Among { args, all } => {
            let page = desk.users(who, &args)?;
            let all = desk.users(who, &ListArgs { per_page: 0, ..all })?.total;
            return Ok(Reply::Users(Page { all, ..page }));
        }
        UserAsk::Still { args, ids } => {
            let ids = desk.still_listed(who, &args, &ids)?;
            return Ok(Reply::StillListed(ids.into_iter().map(|id| id.0).collect()));
        }
        UserAsk::Logins { id, page, per_page } => {
            return desk.logins(who, id, page, per_page).map(Reply::Logins);
        }
        UserAsk::OwnPassword { old, new } => {
            return desk.change_own_password(who, &old, &new).map(|change| match change {
                PasswordChange::Changed => Reply::Done,
                PasswordChange::Refused(refusal) => Reply::NotLetIn(refusal.message),
                PasswordChange::SecondFactor { .. } => Reply::NotLetIn(
                    "A second factor is asked of you by now; sign in anew with it first."
                        .to_owned(),
                ),
            });
        }
        UserAsk::Generate => return desk.generate_password().map(Reply::Generated),
        UserAsk::RolesToGive => return desk.roles_to_give(who).map(Reply::RolesToGive),
        UserAsk::FactorOffers => return desk.factor_offers(who).map(Reply::FactorOffers),
        UserAsk::Configs(companies) => {
            return desk.configs_of(who, &companies).map(Reply::Configs);
        }
        UserAsk::CheckNew(form) => {
            return desk.check_new_user(who, &form).map(|it| Reply::NewUserChecked(Box::new(it)));
        }
        UserAsk::Explain(id) => {
            return desk.explain(who, id).map(|it| Reply::Explained(Box::new(it)));
        }
        UserAsk::Show(id) => desk.user(who, id),
        UserAsk::Password { id, base, password, must_change } => {
            desk.set_password(who, id, Some(base), &password, must_change)
        }
        UserAsk::Disable { id, base } => desk.disable_user(who, id, Some(base)),
        UserAsk::Enable { id, base } => desk.enable_user(who, id, Some(base)),
        UserAsk::Invite { id, base, again } => {
            desk.invite(who, id, Some(base), again)?;
            desk.user(who, id)
        }
        UserAsk::CancelInvitation { id, mail } => {
            desk.cancel_mail(who, mail)?;
            desk.user(who, id)
        }
        UserAsk::PreviewNew(form) => {
            let letter = desk.preview_invitation(who, &form)?;
            return Ok(Reply::Mail(MailReply::Preview(Box::new(letter))));
        }
        UserAsk::ResetFactor { id, base } => desk.reset_second_factor(who, id, Some(base)),
        UserAsk::Unlock { id, base } => desk.unlock_user(who, id, Some(base)),
        UserAsk::AddStaff(form) => desk.create_staff(who, &form),
        UserAsk::Add(form) => desk.create_portal_user(who, &form),
        UserAsk::CheckEdit { id, form } => {
            return desk.check_user(who, id, &form).map(|it| Reply::UserChecked(Box::new(it)));
        }
        UserAsk::Edit { id, base, form } => desk.edit_user(who, id, Some(base), &form),
        UserAsk::Remove { id, base, company } => {
            desk.remove_from_company(who, id, Some(base), company)
        }
        UserAsk::Plan { deed, chosen } => {
            let plan = desk.bulk_plan(who, deed, &chosen)?;
            return Ok(Reply::Plan(Box::new(plan)));
        }
        UserAsk::Bulk { deed, chosen, expect } => {
            let outcome = desk.bulk(who, deed, &chosen, expect, watch)?;
            return Ok(Reply::Outcome(Box::new(outcome)));
        }
    };
    view.map(|view| Reply::User(Box::new(view)))
}

fn own(desk: &Desk, who: &Session, ask: OwnAsk) -> Answer {
    fn proven<T>(came: Proven<T>, done: impl FnOnce(T) -> Reply) -> Reply {
        match came {
            Proven::Done(it) => done(it),
            Proven::Refused(refusal) => Reply::NotLetIn(refusal.message),
        }
    }
    Ok(match ask {
        OwnAsk::SecondFactor => Reply::OwnFactor(Box::new(desk.own_second_factor(who)?)),
        OwnAsk::BeginEnrolment { password } => {
            let came = desk.begin_own_enrolment(who, &password)?;
            proven(came, |offer| Reply::EnrolmentOffer(Box::new(offer)))
        }
        OwnAsk::FinishEnrolment { code } => {
            Reply::RecoveryCodes(desk.finish_own_enrolment(who, &code)?)
        }
        OwnAsk::RenewCodes { password, code } => {
            let shown = Credentials::new(who.user_id().raw(), &password).with_code(Some(&code));
            let came = desk.renew_recovery_codes(&shown, Door::Console, who.origin())?;
            proven(came, Reply::RecoveryCodes)
        }
    })
}

fn contact(desk: &Desk, who: &Session, ask: ContactAsk) -> Answer {
    let view = match ask {
        ContactAsk::Show(id) => desk.contact(who, id),
        ContactAsk::Create(form) => desk.create_contact(who, &form),
        ContactAsk::Save { id, base, form } => desk.edit_contact(who, id, Some(base), &form),
    };
    view.map(|view| Reply::Contact(Box::new(view)))
}

fn company(desk: &Desk, who: &Session, ask: CompanyAsk) -> Answer {
    let view = match ask {
        CompanyAsk::LookUp { args, kind, number } => {
            let mut page = desk.companies(who, &args)?;
            // Others may contain that number, and stand before it.
            if args.page == 1
                && let Ok(exact) = desk.company_by_code(who, &number)
                && kind.is_none_or(|kind| kind == exact.kind)
            {
                page.rows.retain(|row| row.id != exact.id);
                page.rows.insert(0, exact);
            }
            return Ok(Reply::Companies(page));
        }
        CompanyAsk::Contracts { company, args } => {
            return desk.contracts(who, company, &args).map(Reply::Contracts);
        }
        CompanyAsk::Contract { company, number } => {
            return desk.contract_by_number(who, company, &number).map(contract);
        }
        CompanyAsk::AddContract { company, form } => {
            return desk.create_contract(who, company, &form).map(contract);
        }
        CompanyAsk::SaveContract { company, id, base, form } => {
            return desk.edit_contract(who, company, id, Some(base), &form).map(contract);
        }
        CompanyAsk::DeleteContract { company, id, base } => {
            return desk.delete_contract(who, company, id, Some(base)).map(contract);
        }
        CompanyAsk::Show(id) => desk.company(who, id),
        CompanyAsk::Create(form) => desk.create_company(who, &form),
        CompanyAsk::Save { id, base, form } => desk.edit_company(who, id, Some(base), &form),
        CompanyAsk::Deactivate { id, base } => desk.deactivate_company(who, id, Some(base)),
        CompanyAsk::Activate { id, base } => desk.activate_company(who, id, Some(base)),
    };
    view.map(|view| Reply::Company(Box::new(view)))
}

fn contract(row: ContractRow) -> Reply {
    Reply::Contract(Box::new(row))
}

/// Answers a question about the Settings.
fn settings(
    desk: &Desk,
    who: &Session,
    ask: SettingsAsk,
    watch: &dyn Watch,
) -> Result<SettingsReply, DeskError> {
    use SettingsReply::{Group, Role, Site};
    Ok(match ask {
        SettingsAsk::Portal => SettingsReply::Portal(desk.portal_state(who)?),
        SettingsAsk::SetPortal { scope, on } => {
            SettingsReply::Portal(desk.set_portal(who, scope, on)?)
        }
        SettingsAsk::Sites(args) => SettingsReply::Sites(desk.sites(who, &args)?),
        SettingsAsk::Site(id) => Site(Box::new(desk.site(who, id)?)),
        SettingsAsk::AddSite(form) => Site(Box::new(desk.create_site(who, &form)?)),
        SettingsAsk::SaveSite { id, base, form } => {
            Site(Box::new(desk.edit_site(who, id, Some(base), &form)?))
        }
        SettingsAsk::UseSite { id, base, active: true } => {
            Site(Box::new(desk.activate_site(who, id, Some(base))?))
        }
        SettingsAsk::UseSite { id, base, active: false } => {
            Site(Box::new(desk.deactivate_site(who, id, Some(base))?))
        }
        SettingsAsk::SitePortal { id, on } => {
            desk.set_portal(who, PortalScope::At(id), on)?;
            Site(Box::new(desk.site(who, id)?))
        }
        SettingsAsk::SiteSync => SettingsReply::Synced(desk.site_sync(who, watch)?),
        SettingsAsk::Groups(args) => SettingsReply::Groups(desk.site_groups(who, &args)?),
        SettingsAsk::Group(id) => Group(Box::new(desk.site_group(who, id)?)),
        SettingsAsk::AddGroup(form) => Group(Box::new(desk.create_site_group(who, &form)?)),
        SettingsAsk::SaveGroup { id, base, form } => {
            Group(Box::new(desk.edit_site_group(who, id, Some(base), &form)?))
        }
        SettingsAsk::DeleteGroup { id, base } => {
            let row = desk.delete_site_group(who, id, Some(base))?;
            SettingsReply::GroupDeleted(Box::new(row))
        }
        SettingsAsk::MakePortal { id, base } => {
            SettingsReply::PortalMade(Box::new(desk.make_portal_group(who, id, base)?))
        }
        SettingsAsk::Roles(args) => SettingsReply::Roles(desk.roles(who, &args)?),
        SettingsAsk::Role(id) => Role(Box::new(desk.role(who, id)?)),
        SettingsAsk::AddRole(form) => Role(Box::new(desk.create_role(who, &form)?)),
        SettingsAsk::SaveRole { id, base, form } => {
            Role(Box::new(desk.edit_role(who, id, base, &form)?))
        }
        SettingsAsk::UseRole { id, base, active: true } => {
            Role(Box::new(desk.activate_role(who, id, base)?))
        }
        SettingsAsk::UseRole { id, base, active: false } => {
            Role(Box::new(desk.deactivate_role(who, id, base)?))
        }
        SettingsAsk::DeleteRole { id, base } => {
            SettingsReply::RoleDeleted(Box::new(desk.delete_role(who, id, base)?))
        }
        SettingsAsk::Mail => SettingsReply::Mail(Box::new(desk.mail_settings(who)?)),
        SettingsAsk::Letter(model) => {
            SettingsReply::Letter(Box::new(desk.preview_letter(who, model)?))
        }
        SettingsAsk::SendTest(to) => SettingsReply::TestSent(desk.send_test(who, &to)?),
    })
}

/// Answers a question about jobs.
fn jobs(desk: &Desk, who: &Session, ask: JobAsk, watch: &dyn Watch) -> Result<JobReply, DeskError> {
    let view = match ask {
        JobAsk::List(args) => return desk.jobs(who, &args).map(JobReply::List),
        // What is still being typed is no refusal: it is told where the answer would stand.
        JobAsk::Check(form) => {
            return match desk.check_job(who, &form) {
                Err(problem @ DeskError::Problems(_)) => {
                    Ok(JobReply::Checked(Err(problem.to_string())))
                }
                checked => checked.map(|it| JobReply::Checked(Ok(it))),
            };
        }
        JobAsk::Delete { id, base } => {
            let view = desk.delete_job(who, id, Some(base))?;
            return Ok(JobReply::Deleted(Box::new(view)));
        }
        JobAsk::Runs(id) => {
            let page = desk.job_runs(who, id, 1, RUNS_KEPT as u64)?;
            return Ok(JobReply::Runs(page.rows));
        }
        JobAsk::Run(id) => {
            return desk.run_job(who, id, watch).map(|run| JobReply::Ran(Box::new(run)));
        }
        JobAsk::Show(id) => desk.job(who, id),
        JobAsk::Add(form) => desk.create_job(who, &form),
        JobAsk::Save { id, base, form } => desk.edit_job(who, id, Some(base), &form),
        JobAsk::Use { id, base, enabled: true } => desk.enable_job(who, id, Some(base)),
        JobAsk::Use { id, base, enabled: false } => desk.disable_job(who, id, Some(base)),
    };
    view.map(|view| JobReply::Job(Box::new(view)))
}
