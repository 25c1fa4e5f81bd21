//! Every use case, tried by every role: refused or not, as the table says, and none is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::capture::{Kind, Source};
use crate::domain::{
    Audience, Day, FormKind, Id, Lang, Period, RestrictionReason, Role, Rounding, SchoolYear,
};

use super::authorization::Reach;
use super::{
    AbsenceFilter, AbsenceForm, AbsenceSheet, Actor, App, AuditFilter, CalendarChoice,
    ComparisonWish, ContactFilter, ContactForm, ContactSearch, CorrectionForm, DaySheet,
    DiffRequest, DraftAbout, EmergencyOrder, EntryQuery, EraseOrder, Error, FigureSheet, GapSheet,
    GrantWish, ImportOptions, KeySource, LetterOrder, NewAccount, NewToken, Passphrase, PostSheet,
    ProposeRequest, PupilSearch, QueueDecision, ReleaseBy, ReportFormat, ReportRequest, RoleChange,
    SeenOf, SheetForm, SourceOrder, TakeOrder, TaskFilter, Thresholds, UseCase,
};

type Act = fn(&mut App, &Actor) -> Result<(), Error>;

/// Calls one function of `App`, with nothing that would get it far.
struct Tried {
    /// Its name.
    name: &'static str,
    /// The use cases that it asks for; all of them are needed.
    asks: Vec<UseCase>,
    act: Act,
}

macro_rules! tried {
    ($($name:ident $($asks:expr),+ => $act:expr;)+) => {
        vec![$(Tried { name: stringify!($name), asks: vec![$($asks),+], act: $act },)+]
    };
}

fn year() -> Period {
    SchoolYear(2025).period()
}

fn day() -> Day {
    year().first
}

fn nowhere() -> &'static Path {
    Path::new("/nowhere/at/all")
}

fn form(name: &str) -> FormKind {
    name.parse().unwrap()
}

fn contact<'a>() -> ContactForm<'a> {
    ContactForm {
        school: "x",
        day: None,
        time: "",
        minutes: "",
        kind: "",
        result: "",
        participants: &[],
        pupils: &[],
        household: "",
        persons: None,
        topics: &[],
        consultation: "",
        language: "",
        interpreter: false,
        next_due: "",
        next_step: "",
        shared_note: "",
        private_note: "",
    }
}

fn report<'a>() -> ReportRequest<'a> {
    ReportRequest {
        plugin: "x",
        period: year(),
        settings: &[],
        audience: Audience::Administration,
        rounding: Rounding::None,
        is_draft: false,
    }
}

fn register<'a>() -> TakeOrder<'a> {
    TakeOrder {
        school: "x",
        class: "x",
        day: day(),
        lines: &[],
        not_taken: &[],
        reason: "x",
        seen: "",
    }
}

fn source<'a>() -> SourceOrder<'a> {
    SourceOrder {
        source: Source::WebUntis,
        path: nowhere(),
        school: None,
        cap: 8,
        lessons_per_day: 6,
        empty_is_zero: false,
        mapping: None,
        again: false,
    }
}

/// All of them. The rows of a kind of records, of which each is a use case of its own, come below.
#[expect(clippy::too_many_lines, reason = "one line for each use case")]
fn all() -> Vec<Tried> {
    use UseCase as U;
    tried! {
        schools U::SchoolRead => |app, actor| app.schools(actor).map(drop);
        school U::SchoolRead => |app, actor| app.school(actor, "x").map(drop);
        school_days U::SchoolRead => |app, actor| app.school_days(actor, "x", None).map(drop);
        end_attendance U::SchoolChange => |app, actor| app.end_attendance(actor, "x", day());
        practitioners U::StaffRead => |app, actor| app.practitioners(actor).map(drop);
        pairings U::StaffRead => |app, actor| app.pairings(actor).map(drop);
        add_code U::CodeAdd => |app, actor| app.add_code(actor, "x", "", "", "");
        watch_word U::WordChange => |app, actor| app.watch_word(actor, "x", "x");
        forget_word U::WordChange => |app, actor| app.forget_word(actor, "x");
        notes_with_words U::ContactRead => |app, actor| app.notes_with_words(actor).map(drop);
        use_calendar U::CalendarUse => |app, actor| {
            app.use_calendar(actor, &CalendarChoice::of_land("nw")?)
        };
        pupils U::PupilRead => |app, actor| app.pupils(actor, None, None).map(drop);
        pupil U::PupilRead => |app, actor| app.pupil(actor, "x", None).map(drop);
        set_unknown U::PupilChange => |app, actor| app.set_unknown(actor, "x", None);
        end_stay U::PupilChange => |app, actor| app.end_stay(actor, "x", day());
        add_stay U::PupilChange => |app, actor| app.add_stay(actor, "x", "", "");
        households U::HouseholdRead => |app, actor| app.households(actor).map(drop);
        set_household_language U::HouseholdChange => |app, actor| {
            app.set_household_language(actor, "x", "")
        };
        find_pupils U::PupilRead => |app, actor| {
            app.find_pupils(actor, &PupilSearch::default(), 0, 1).map(drop)
        };
        find_households U::HouseholdRead => |app, actor| {
            app.find_households(actor, "", 0, 1).map(drop)
        };
        family U::HouseholdRead => |app, actor| app.family(actor, "x").map(drop);
        family_contacts U::ContactRead => |app, actor| {
            app.family_contacts(actor, "x", None, 1).map(drop)
        };
        change_pupil U::PupilChange => |app, actor| app.change_pupil(actor, "x", &[]);
        change_household U::HouseholdChange => |app, actor| app.change_household(actor, "x", &[]);
        open_steps U::ContactRead => |app, actor| app.open_steps(actor, None).map(drop);
        next_school_days U::SchoolRead => |app, actor| app.next_school_days(actor, day()).map(drop);
        unseen U::TaskRead => |app, actor| app.unseen(actor, None, 20).map(drop);
        choices U::FamilyRecordChange => |app, actor| app.choices(actor, form("goals")).map(drop);
        contacts U::ContactRead => |app, actor| {
            app.contacts(actor, &ContactFilter::default()).map(drop)
        };
        contact U::ContactRead => |app, actor| app.contact(actor, "x").map(drop);
        contact_history U::ContactRead => |app, actor| {
            let words = app.words(Lang::En)?;
            app.contact_history(actor, "x", &words).map(drop)
        };
        add_contact U::ContactAdd => |app, actor| app.add_contact(actor, &contact()).map(drop);
        add_contact_once U::ContactAdd => |app, actor| {
            app.add_contact_once(actor, super::workspace::new_id(), &contact()).map(drop)
        };
        keep_draft U::ContactAdd => |app, actor| {
            app.keep_draft(actor, "x", &"x".to_owned().into(), DraftAbout::default())
        };
        kept_draft U::ContactAdd => |app, actor| app.kept_draft(actor, "x").map(drop);
        kept_drafts U::ContactAdd => |app, actor| app.kept_drafts(actor).map(drop);
        contact_desk U::ContactAdd => |app, actor| app.contact_desk(actor, None).map(drop);
        find_people U::ContactAdd => |app, actor| {
            app.find_people(actor, None, "nobody").map(drop)
        };
        name_people U::ContactAdd => |app, actor| app.name_people(actor, &[]).map(drop);
        contact_page U::ContactRead => |app, actor| {
            app.contact_page(actor, &ContactSearch::default()).map(drop)
        };
        last_contacts U::ContactRead => |app, actor| app.last_contacts(actor, 1).map(drop);
        end_draft U::ContactAdd => |app, actor| app.end_draft(actor, "x");
        correct_contact U::ContactCorrect => |app, actor| {
            app.correct_contact(actor, "x", &CorrectionForm::default(), "").map(drop)
        };
        classes U::AbsenceRead => |app, actor| app.classes(actor, "x", day()).map(drop);
        class_day U::AbsenceRead => |app, actor| app.class_day(actor, "x", "x", day()).map(drop);
        take_attendance U::AbsenceChange => |app, actor| {
            app.take_attendance(actor, &register()).map(drop)
        };
        open_absences U::AbsenceRead => |app, actor| app.open_absences(actor, "x").map(drop);
        settle_absences U::AbsenceChange => |app, actor| {
            app.settle_absences(actor, &[("x".into(), day(), String::new())]).map(drop)
        };
        teams U::StaffRead => |app, actor| app.teams(actor).map(drop);
        practitioner U::StaffRead => |app, actor| app.practitioner(actor, "x").map(drop);
        end_assignment U::StaffChange => |app, actor| {
            app.end_assignment(actor, "x", "x", day(), day()).map(drop)
        };
        end_pairing U::StaffChange => |app, actor| {
            app.end_pairing(actor, Id::from_bytes([0; 16]), day()).map(drop)
        };
        incoming_upload U::ImportSource => |app, actor| {
            app.incoming_upload(actor, &source(), b"", false).map(drop)
        };
        import_upload U::ImportFile, U::ContactAdd => |app, actor| {
            let options = ImportOptions { dry_run: true, ..ImportOptions::default() };
            app.import_upload(actor, Kind::Contacts, b"", nowhere(), options).map(drop)
        };
        absences U::AbsenceRead => |app, actor| {
            app.absences(actor, &AbsenceFilter::default()).map(drop)
        };
        absence_totals U::AbsenceRead => |app, actor| {
            app.absence_totals(actor, None, None).map(drop)
        };
        absence_conflicts U::AbsenceRead => |app, actor| {
            app.absence_conflicts(actor, &AbsenceFilter::default()).map(drop)
        };
        settle_absence U::AbsenceChange => |app, actor| app.settle_absence(actor, "x", day(), "");
        correct_absence U::AbsenceChange => |app, actor| {
            app.correct_absence(actor, "x", &AbsenceForm::default(), "").map(drop)
        };
        remove_absence U::AbsenceChange => |app, actor| app.remove_absence(actor, "x", "");
        export U::Export, U::ContactRead => |app, actor| app.export(actor, Kind::Contacts).map(drop);
        import U::ImportFile, U::ContactAdd => |app, actor| {
            let options = ImportOptions::default();
            app.import(actor, Kind::Contacts, nowhere(), options, &mut |_| {}).map(drop)
        };
        incoming U::ImportSource => |app, actor| app.incoming(actor, &source(), false).map(drop);
        queue U::ImportManage => |app, actor| app.queue(actor, None).map(drop);
        queue_row U::ImportManage => |app, actor| app.queue_row(actor, 1).map(drop);
        decide_row U::ImportManage => |app, actor| {
            app.decide_row(actor, 1, QueueDecision::Skip("x")).map(drop)
        };
        retry_queue U::ImportManage => |app, actor| app.retry_queue(actor).map(drop);
        imports U::ImportManage => |app, actor| app.imports(actor).map(drop);
        undo_import U::ImportManage => |app, actor| app.undo_import(actor, 1, "").map(drop);
        save_mapping U::MappingChange => |app, actor| app.save_mapping(actor, "x", nowhere());
        remove_mapping U::MappingChange => |app, actor| app.remove_mapping(actor, "x");
        tasks U::TaskRead => |app, actor| app.tasks(actor, &TaskFilter::default()).map(drop);
        task U::TaskRead => |app, actor| app.task(actor, "x", Lang::En).map(drop);
        task_done U::TaskDecide => |app, actor| app.task_done(actor, "x", None).map(drop);
        dismiss_task U::TaskDecide => |app, actor| app.dismiss_task(actor, "x", "").map(drop);
        task_lacks U::TaskDecide => |app, actor| app.task_lacks(actor, "x", "").map(drop);
        snooze_task U::TaskDecide => |app, actor| app.snooze_task(actor, "x", day()).map(drop);
        assign_tasks U::TaskDecide => |app, actor| {
            app.assign_tasks(actor, "x", &[], None).map(drop)
        };
        undo_task U::TaskDecide => |app, actor| app.undo_task(actor, "x").map(drop);
        propose U::TaskPropose => |app, actor| {
            let request = ProposeRequest { plugin: "x", period: None, settings: &[] };
            app.propose(actor, &request).map(drop)
        };
        letters U::LetterDraft => |app, actor| app.letters(actor, "x").map(drop);
        draft_letter U::LetterDraft => |app, actor| {
            let order =
                LetterOrder { task: "x", template: None, language: None, by: None, as_page: false };
            app.draft_letter(actor, &order, Lang::En).map(drop)
        };
        my_day U::SheetDay => |app, actor| {
            app.my_day(actor, DaySheet { day: None, unseen: 15, warn: 30 }).map(drop)
        };
        consents U::ConsentRead => |app, actor| app.consents(actor, None).map(drop);
        consent U::ConsentRead => |app, actor| app.consent(actor, "x").map(drop);
        check_consent U::ConsentRead => |app, actor| {
            app.check_consent(actor, "x", "referral", "x", None).map(drop)
        };
        withdraw_consent U::ConsentWithdraw => |app, actor| {
            app.withdraw_consent(actor, "x", None, "").map(drop)
        };
        subject U::SubjectRead => |app, actor| app.subject(actor, "x").map(drop);
        restrict U::SubjectRestrict => |app, actor| {
            app.restrict(actor, "x", RestrictionReason::Accuracy)
        };
        find_subjects U::SubjectRead => |app, actor| app.find_subjects(actor, "x").map(drop);
        own_emergencies U::EmergencyOpen => |app, actor| app.own_emergencies(actor).map(drop);
        emergency_schools U::EmergencyOpen => |app, actor| app.emergency_schools(actor).map(drop);
        proposed_second_factor U::AccountOwn => |app, actor| {
            app.proposed_second_factor(actor).map(drop)
        };
        unrestrict U::SubjectRestrict => |app, actor| app.unrestrict(actor, "x");
        export_subject U::SubjectExport => |app, actor| {
            app.export_subject(actor, "x", nowhere(), Lang::En).map(drop)
        };
        family_sheet_for U::SheetFamily => |app, actor| {
            app.family_sheet_for(actor, "x", "x", "referral").map(drop)
        };
        family_sheet U::SheetFamily => |app, actor| app.family_sheet(actor, "x").map(drop);
        absence_sheet U::SheetAbsences => |app, actor| {
            let asked =
                AbsenceSheet { school: "x", period: None, thresholds: Thresholds { persistent: 10, severe: 50, least_days: 10 } };
            app.absence_sheet(actor, &asked).map(drop)
        };
        gap_sheet U::SheetProgramme => |app, actor| {
            let audience = Audience::Administration;
            app.gap_sheet(actor, GapSheet { period: None, since: None, audience }).map(drop)
        };
        figure_sheet U::SheetProgramme => |app, actor| {
            app.figure_sheet(actor, FigureSheet { period: None, persons: None }).map(drop)
        };
        post_sheet U::SheetPosts => |app, actor| {
            app.post_sheet(actor, PostSheet { day: None, warn: 30 }).map(drop)
        };
        protection_sheet U::SheetProtection => |app, actor| app.protection_sheet(actor).map(drop);
        run_report U::ReportRun => |app, actor| app.run_report(actor, &report()).map(drop);
        rehearse U::ReportRun => |app, actor| app.rehearse(actor, &report()).map(drop);
        reports U::ReportRead => |app, actor| app.reports(actor).map(drop);
        report U::ReportRead => |app, actor| {
            app.report(actor, "x", ReportFormat::Text, Lang::En, None).map(drop)
        };
        shelf U::ReportRead => |app, actor| app.shelf(actor).map(drop);
        opened_report U::ReportRead => |app, actor| app.opened_report(actor, "x").map(drop);
        comparison U::ReportRead => |app, actor| {
            app.comparison(actor, ComparisonWish::default()).map(drop)
        };
        offered_reports U::ReportRun => |app, actor| app.offered_reports(actor).map(drop);
        published U::ReportPublished => |app, actor| app.published(actor, None).map(drop);
        withdraw_report U::ReportWithdraw => |app, actor| app.withdraw_report(actor, "x", "y").map(drop);
        report_proof U::ReportProve => |app, actor| app.report_proof(actor, "x").map(drop);
        replay U::ReportProve => |app, actor| app.replay(actor, "x").map(drop);
        verify_report U::ReportProve => |app, actor| app.verify_report(actor, nowhere()).map(drop);
        plugin_runs U::PluginRuns => |app, actor| app.plugin_runs(actor, None, 1).map(drop);
        catalogue U::PluginRuns => |app, actor| app.catalogue(actor).map(drop);
        check_upload U::PluginManage => |app, actor| app.check_upload(actor, b"x").map(drop);
        install_upload U::PluginManage => |app, actor| app.install_upload(actor, b"x").map(drop);
        install U::PluginManage => |app, actor| app.install(actor, nowhere()).map(drop);
        remove U::PluginManage => |app, actor| app.remove(actor, "x").map(drop);
        enable U::PluginManage => |app, actor| app.enable(actor, "x", false, false).map(drop);
        monitor U::PluginManage => |app, actor| app.monitor(actor, "x", false).map(drop);
        disable U::PluginManage => |app, actor| app.disable(actor, "x", "").map(drop);
        rollback U::PluginManage => |app, actor| app.rollback(actor, "x").map(drop);
        diff U::PluginCompare => |app, actor| {
            let audience = Audience::Public;
            let request =
                DiffRequest { old: "x", new: "y", period: year(), settings: &[], audience };
            app.diff(actor, &request).map(drop)
        };
        grant U::PluginGrant => |app, actor| app.grant(actor, "x", None).map(drop);
        grant_within U::PluginGrant => |app, actor| {
            app.grant_within(actor, "x", None, &GrantWish::default()).map(drop)
        };
        revoke U::PluginGrant => |app, actor| app.revoke(actor, "x", None).map(drop);
        trust_key U::TrustChange => |app, actor| {
            app.trust_key(actor, "x", "", "", day()).map(drop)
        };
        distrust_key U::TrustChange => |app, actor| app.distrust_key(actor, "x").map(drop);
        revoke_trust U::TrustChange => |app, actor| app.revoke_trust(actor, "x", "").map(drop);
        need_two_signatures U::TrustChange => |app, actor| {
            app.need_two_signatures(actor, false).map(drop)
        };
        audit U::AuditRead => |app, actor| app.audit(actor, &AuditFilter::default()).map(drop);
        check_audit U::AuditRead => |app, actor| app.check_audit(actor, None).map(drop);
        add_account U::AccountManage => |app, actor| {
            let password = Passphrase::new("");
            let new = NewAccount {
                code: "",
                role: Role::Lead,
                practitioner: None,
                from: None,
                until: None,
                password: &password,
            };
            app.add_account(actor, new).map(drop)
        };
        export_all U::ExportAll => |app, actor| {
            app.export_all(actor, nowhere(), &mut |_| {}).map(drop)
        };
        erase_due U::ErasureRead => |app, actor| app.erase_due(actor, day(), None, true).map(drop);
        erase_subject U::Erase => |app, actor| {
            let (subject, ground) = ("x", "objection");
            let order = EraseOrder { subject, ground, confirmed_by: None, is_preview: false };
            app.erase_subject(actor, &order).map(drop)
        };
        key_sheet U::KeyChange => |app, actor| {
            app.key_sheet(actor, SheetForm::Text, Lang::En).map(drop)
        };
        check_key_file U::KeyChange => |app, actor| app.check_key_file(actor, nowhere());
        check_typed_key U::KeyChange => |app, actor| app.check_typed_key(actor, "x");
        key_generations U::BackupList => |app, actor| app.key_generations(actor).map(drop);
        forgetting U::KeyChange => |app, actor| {
            app.forgetting(actor, &KeySource::File(nowhere().into())).map(drop)
        };
        forget_old_keys U::KeyChange => |app, actor| {
            app.forget_old_keys(actor, &KeySource::File(nowhere().into()), false).map(drop)
        };
        set_backup_schedule U::BackupPlan => |app, actor| app.set_backup_schedule(actor, None);
        backup_schedule U::BackupList => |app, actor| app.backup_schedule(actor).map(drop);
        backups U::BackupList => |app, actor| app.backups(actor).map(drop);
        verify_backup U::BackupMake => |app, actor| {
            app.verify_backup(actor, nowhere(), &mut |_| {}).map(drop)
        };
        prune_audit U::AuditPrune => |app, actor| app.prune_audit(actor, None, true).map(drop);
        anchor_audit U::AuditAnchor => |app, actor| app.anchor_audit(actor, None).map(drop);
        check_anchors U::AuditRead => |app, actor| app.check_anchors(actor, nowhere()).map(drop);
        seen_sheet U::AuditSeen => |app, actor| {
            app.seen_sheet(actor, SeenOf::Pupil("x")).map(drop)
        };
        lanes U::LaneRead => |app, actor| app.lanes(actor).map(drop);
        admit_to_lane U::LaneChange => |app, actor| app.admit_to_lane(actor, "x");
        dismiss_from_lane U::LaneChange => |app, actor| {
            app.dismiss_from_lane(actor, "x").map(drop)
        };
        recover_lane U::LaneChange => |app, actor| app.recover_lane(actor, "x");
        close_lane U::LaneChange => |app, actor| app.close_lane(actor).map(drop);
        release_note U::NoteRelease => |app, actor| {
            app.release_note(actor, "x", "x", ReleaseBy::Law("x"), "x").map(drop)
        };
        revoke_release U::NoteRelease => |app, actor| app.revoke_release(actor, "x");
        accounts U::AccountList => |app, actor| app.accounts(actor).map(drop);
        account U::AccountList => |app, actor| app.account(actor, "x").map(drop);
        own_account U::AccountOwn => |app, actor| app.own_account(actor).map(drop);
        close_account U::AccountManage => |app, actor| app.close_account(actor, "x");
        change_role U::AccountManage => |app, actor| {
            app.change_role(actor, "x", RoleChange { role: Role::Lead, practitioner: None })
        };
        reset_password U::AccountManage => |app, actor| {
            app.reset_password(actor, "x", &Passphrase::new(""))
        };
        change_own_password U::AccountOwn => |app, actor| {
            app.change_own_password(actor, &Passphrase::new(""), &Passphrase::new(""), "x")
        };
        begin_second_factor U::AccountOwn => |app, actor| app.begin_second_factor(actor).map(drop);
        confirm_second_factor U::AccountOwn => |app, actor| {
            app.confirm_second_factor(actor, "").map(drop)
        };
        remove_own_second_factor U::AccountOwn => |app, actor| {
            app.remove_own_second_factor(actor, &Passphrase::new(""), "x")
        };
        remove_second_factor U::AccountManage => |app, actor| app.remove_second_factor(actor, "x");
        unlock U::AccountManage => |app, actor| app.unlock(actor, Some("x"), None).map(drop);
        open_emergency U::EmergencyOpen => |app, actor| {
            app.open_emergency(actor, EmergencyOrder { school: "x", reason: "", hours: 1 }).map(drop)
        };
        use_emergency U::EmergencyOpen => |app, actor| app.use_emergency(actor, "x").map(drop);
        close_emergency U::EmergencyOpen => |app, actor| app.close_emergency(actor, "x");
        emergencies U::EmergencyRead => |app, actor| app.emergencies(actor).map(drop);
        erase_subject U::ErasureRead, U::Erase => |app, actor| {
            let order =
                EraseOrder { subject: "x", ground: "", confirmed_by: None, is_preview: false };
            app.erase_subject(actor, &order).map(drop)
        };
        erase_again U::Erase => |app, actor| app.erase_again(actor, nowhere()).map(drop);
        receipts U::ErasureRead => |app, actor| app.receipts(actor).map(drop);
        receipt U::ErasureRead => |app, actor| app.receipt(actor, "x").map(drop);
        export_receipts U::ErasureRead => |app, actor| {
            app.export_receipts(actor, Path::new("/dev/null/x")).map(drop)
        };
        hold U::HoldChange => |app, actor| app.hold(actor, "x", "");
        release_hold U::HoldChange => |app, actor| app.release_hold(actor, "x");
        holds U::ErasureRead => |app, actor| app.holds(actor).map(drop);
        retention_classes U::ErasureRead => |app, actor| {
            app.retention_classes(actor, None).map(drop)
        };
        set_retention U::RetentionChange => |app, actor| app.set_retention(actor, "x", 1);
        set_archive_term U::RetentionChange => |app, actor| app.set_archive_term(actor, 30);
        retention_sheet U::ErasureRead => |app, actor| app.retention_sheet(actor, None).map(drop);
        erase_due U::ErasureRead, U::Erase => |app, actor| {
            app.erase_due(actor, day(), None, false).map(drop)
        };
        offer_to_archive U::Erase => |app, actor| {
            app.offer_to_archive(actor, Some(day()), nowhere()).map(drop)
        };
        archive_answered U::Erase => |app, actor| {
            app.archive_answered(actor, "x", None).map(drop)
        };
        archive_offers U::ErasureRead => |app, actor| app.archive_offers(actor).map(drop);
        backup U::BackupMake => |app, actor| {
            app.backup(actor, nowhere(), false, &mut |_| {}).map(drop)
        };
        entries U::FamilyRecordRead => |app, actor| {
            app.entries(actor, form("consents"), &EntryQuery::default()).map(drop)
        };
        entry U::ProgrammeRecordRead => |app, actor| {
            app.entry(actor, form("posts"), "x", 5).map(drop)
        };
        entry_history U::FamilyRecordRead => |app, actor| {
            let words = app.words(Lang::En)?;
            app.entry_history(actor, form("referrals"), "x", &words).map(drop)
        };
        add_entry U::ProgrammeRecordChange => |app, actor| {
            app.add_entry(actor, form("gaps"), &["x".into()], false).map(drop)
        };
        change_entry U::FamilyRecordChange => |app, actor| {
            app.change_entry(actor, form("goals"), "x", &["x".into()], "", false).map(drop)
        };
        add U::StaffChange => |app, actor| app.add(actor, Kind::Practitioners, &[]);
        add U::SchoolChange => |app, actor| app.add(actor, Kind::Schools, &[]);
        add U::HouseholdChange => |app, actor| app.add(actor, Kind::Households, &[]);
        add U::PupilChange => |app, actor| app.add(actor, Kind::Pupils, &[]);
        add U::AbsenceChange => |app, actor| app.add(actor, Kind::Absences, &[]);
        add U::ContactAdd => |app, actor| app.add(actor, Kind::Contacts, &[]);
        make_token U::AccountOwn => |app, actor| {
            let new = NewToken { name: "x", scopes: &[], days: 1 };
            app.make_token(actor, new, &Passphrase::new(""), "x").map(drop)
        };
        own_sessions U::AccountOwn => |app, actor| app.own_sessions(actor).map(drop);
        end_own_sessions U::AccountOwn => |app, actor| {
            app.end_own_sessions(actor, Some("x")).map(drop)
        };
        tokens U::AccountOwn => |app, actor| app.tokens(actor).map(drop);
        revoke_token U::AccountOwn => |app, actor| app.revoke_token(actor, "x");
        offline_key U::ContactAdd => |app, actor| app.offline_key(actor, &[0; 16]).map(drop);
        // The last one, because nothing is permitted after it.
        sign_out U::AccountOwn => |app, actor| app.sign_out(actor, true).map(drop);
    }
}

/// The functions of `App` that take an actor, with the first statement of each.
fn functions() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/app")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs_err::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = fs_err::read_to_string(&path).unwrap();
        for function in text.split("\n    pub fn ").skip(1) {
            let Some((head, body)) = function.split_once(" {\n") else { continue };
            let (name, _) = head.split_once('(').unwrap();
            // What takes the whole program with it, and what a sign-in does by itself, are tried elsewhere.
            let is_use_case = head.contains("actor: &Actor") && head.contains("self,");
            let is_elsewhere = ["permit", "rotate_key", "close_open_lane"].contains(&name);
            if !is_use_case || is_elsewhere {
                continue;
            }
            let first = body.split(";\n").next().unwrap().trim().to_owned();
            found.insert(name.split('<').next().unwrap().to_owned(), first);
        }
    }
    found
}

#[test]
fn every_use_case_asks_first_and_every_one_is_tried() {
    let functions = functions();
    assert!(functions.len() > 80, "{}", functions.len());
    for (name, first) in &functions {
        let asks = first.contains("self.permit(actor, ")
            || first.contains("self.own_lane(actor, UseCase::");
        assert!(asks, "`{name}` begins with `{first}` and not with asking for a permission");
    }
    let tried: BTreeSet<String> = all().iter().map(|tried| tried.name.to_owned()).collect();
    let written: BTreeSet<String> = functions.into_keys().collect();
    assert_eq!(tried, written, "every function is tried by every role");
    let asked: BTreeSet<UseCase> = all().into_iter().flat_map(|tried| tried.asks).collect();
    let missing: Vec<_> =
        UseCase::ALL.iter().filter(|use_case| !asked.contains(use_case)).collect();
    assert!(missing.is_empty(), "nobody asks for {missing:?}");
}

#[test]
fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("records");
    let key = KeySource::new(None, Some("5a".repeat(32)), &dir);
    App::init(&Actor::new("tester".into(), None), &dir, &key, "Musterstadt").unwrap();
    let mut app = App::open(&dir, &key).unwrap();
    for role in Role::ALL {
        let actor = Actor::acting(&mut app, role);
        for Tried { name, asks, act } in all() {
            let refused = asks.iter().find(|use_case| use_case.reach(role) == Reach::No);
            match (act(&mut app, &actor), refused) {
                (Err(Error::NotAllowed(denied)), Some(_)) => {
                    assert!(asks.contains(&denied.use_case) && denied.role == role, "{name}");
                }
                (Err(Error::NotAllowed(denied)), None) => panic!("{role:?}, {name}: {denied:?}"),
                (other, Some(_)) => panic!("{role:?} may not do {name}, and did: {other:?}"),
                (_, None) => {}
            }
        }
    }
}
