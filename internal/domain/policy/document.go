package policy

// document is a pack as its files write it: what the decoder fills, what an extension merges over, and what the published
// JSON Schema is made from. Every key of the format is a field here and nowhere else.
type document struct {
	Pos
	ID           text      `yaml:"id" doc:"Id of the pack; the folder has the same name."`
	Extends      text      `yaml:"extends" doc:"Id of the pack that this one is laid over: an entry with the same id replaces the one below, any other is added."`
	Version      text      `yaml:"version" doc:"Version of the pack, in quotation marks."`
	Title        text      `yaml:"title" doc:"What the pack is called."`
	Jurisdiction text      `yaml:"jurisdiction" doc:"Whose rules these are, such as US-CA."`
	Calendar     text      `yaml:"calendar" doc:"Id of the calendar that holds where a rule names none."`
	Coordinator  recipient `yaml:"coordinator" doc:"Who decides where the pack leaves a judgement."`
	Confidential *bool     `yaml:"confidential_mail" doc:"true: a mail carries number, kind, due time and a link only. false: it carries the facts that its receiver must act on."`
	SessionLife  period    `yaml:"session_life" doc:"How long a session lasts at most, in minutes or hours. It can only shorten the program's 12 hours."`
	SessionIdle  period    `yaml:"session_idle" doc:"How long a session may rest unused, in minutes or hours. It can only shorten the program's 30 minutes."`

	Unrated       *ruleDoc   `yaml:"unrated" doc:"The reason shown while nothing stated can be rated."`
	Decision      *ruleDoc   `yaml:"decision" doc:"The ground on which a person's decision replaces the rating."`
	NotReportable *ruleDoc   `yaml:"not_reportable" doc:"The reason shown where no reportable rule holds."`
	Answers       *answerDoc `yaml:"answers" doc:"What is owed when an authority asks a question."`
	ReportAgain   *answerDoc `yaml:"report_again" doc:"What is owed when a material item changed after a report to management was issued. Default: nothing."`
	Asked         *askedDoc  `yaml:"asked" doc:"What is owed when the response team asks somebody for an item. Whoever was asked owes it; a time that was agreed replaces the one set here. Default: nothing."`
	Validation    *answerDoc `yaml:"validation" doc:"What is owed when an incident was closed by somebody other than the coordinator. Default: nothing."`

	Designations *designationDoc `yaml:"designations" doc:"By when an entity says who reports for it, and says it again. Default: each year, and within 10 business days of a change."`

	Retention *retentionDoc `yaml:"retention" doc:"How long information on an incident is kept. Default: no time is set."`

	Documents *documentsDoc `yaml:"documents" doc:"Whose the documents of an investigation are. Default: nobody is named."`

	Corrective *correctiveDoc `yaml:"corrective_actions" doc:"When the owner of a corrective action is reminded, when it is escalated, and by when its evidence is looked at. Default: 7, 7 and 14 calendar days."`

	Sources             []sourceDoc         `yaml:"sources" doc:"The texts that the rules rest on."`
	Calendars           []calendarDoc       `yaml:"calendars" doc:"Business days and opening hours."`
	Authorities         []authorityDoc      `yaml:"authorities" doc:"Who can be told or owed; the directory says how each is reached."`
	Categories          []termDoc           `yaml:"categories" doc:"Incident categories or types."`
	PersonalInformation []piDoc             `yaml:"personal_information" doc:"Elements of personal information."`
	Matrix              []rowDoc            `yaml:"matrix" doc:"Impact characteristics; the strictest stated one gives the level."`
	Reportable          []conditionDoc      `yaml:"reportable" doc:"What makes an incident reportable; one suffices."`
	Tell                []tellDoc           `yaml:"tell" doc:"Who is told, and when."`
	Duties              []dutyDoc           `yaml:"duties" doc:"What is owed, by whom, to whom, until when."`
	Items               []itemDoc           `yaml:"items" doc:"What a report asks for."`
	Advice              []adviceDoc         `yaml:"advice" doc:"What a person should know or do that is no duty."`
	Contacts            []contactDoc        `yaml:"contacts" doc:"Whom to call when the system is down, by hour."`
	Phases              []phaseDoc          `yaml:"phases" doc:"Phases of the response."`
	Controls            []controlDoc        `yaml:"controls" doc:"Control mapping, by title of the section."`
	Playbooks           []playbookDoc       `yaml:"playbooks" doc:"Response procedures, by what was reported."`
	Responsibilities    []responsibilityDoc `yaml:"responsibilities" doc:"What each role of the response team answers for."`
	Continuity          []conditionDoc      `yaml:"continuity" doc:"When business continuity is to be activated; a person decides."`
	Statements          []ruleDoc           `yaml:"statements" doc:"What the texts say that nothing is worked out from; shown to people."`
	Audiences           []audienceDoc       `yaml:"audiences" doc:"Who is kept informed by status updates, and who approves them before."`
}

// recipient names an authority of the pack, or a role of the directory at the incident's entity or at the state.
type recipient struct {
	Pos
	Authority text `yaml:"authority" doc:"Id of an authority of this pack."`
	Role      text `yaml:"role" doc:"A role of the directory."`
	At        text `yaml:"at" enum:"entity,state" doc:"Where the role is looked for: at the incident's entity and upwards (the default), or at the root of the jurisdiction."`
}

// sourceDoc is a text that rules rest on. A rule inherits its source's dates, status and mark unless it has its own.
type sourceDoc struct {
	Pos
	ID        text `yaml:"id" required:"true" doc:"Id that rules name in source."`
	Title     text `yaml:"title" required:"true" doc:"The text's name."`
	URL       text `yaml:"url" doc:"Where it is published."`
	Retrieved day  `yaml:"retrieved" doc:"When it was read."`
	From      day  `yaml:"effective_from" doc:"Since when it holds."`
	Status    text `yaml:"status" required:"true" enum:"in_force,proposed,superseded" doc:"Whether its rules hold."`
	Mark      text `yaml:"mark" required:"true" enum:"source,official,secondary,unverified,configuration" doc:"How far it was verified: read in the source document; in an official or primary text; in a secondary text only; not at all; or no law but this installation's setting."`
}

// ruleDoc is what every rule carries.
type ruleDoc struct {
	Pos
	ID     text `yaml:"id" required:"true" doc:"Id, unique in its list; an extension replaces by it."`
	Title  text `yaml:"title" required:"true" doc:"What the rule says, in the words that people are shown."`
	Cite   text `yaml:"cite" required:"true" doc:"The clause, such as \"MA 6.5.1\" or \"CA step 1\"."`
	Source text `yaml:"source" required:"true" doc:"Id of the source."`
	Status text `yaml:"status" enum:"in_force,proposed,superseded" doc:"Only rules in force are applied. Default: the source's."`
	From   day  `yaml:"effective_from" doc:"First day on which it holds. Default: the source's."`
	To     day  `yaml:"effective_to" doc:"Last day on which it holds."`
	Mark   text `yaml:"mark" enum:"source,official,secondary,unverified,configuration" doc:"How far it was verified. Default: the source's."`
	Note   text `yaml:"note" doc:"What an administrator should know: a trap, or a choice that the text left open."`
}

type conditionDoc struct {
	ruleDoc
	When text `yaml:"when" required:"true" doc:"CEL condition over the named inputs."`
}

type rowDoc struct {
	conditionDoc
	Level text `yaml:"level" required:"true" enum:"low,medium,high" doc:"The level that this characteristic gives."`
}

type tellDoc struct {
	ruleDoc
	When text      `yaml:"when" doc:"CEL condition; always, where there is none."`
	To   recipient `yaml:"to" required:"true" doc:"Who is told. One recipient: an incident tells each rule's recipient once."`
	// Report is of the rules whose recipients get more than the one message.
	Report text `yaml:"report" enum:"management" doc:"management: the recipient also gets each version of the report to management, while the condition holds."`
}

// clockDoc is a period from an event with what happens before and after its end.
type clockDoc struct {
	Due        period    `yaml:"due" doc:"The period; without it the rule sets no time."`
	Calendar   text      `yaml:"calendar" doc:"Id of the calendar in which business days count. Default: the pack's."`
	Warn       period    `yaml:"warn_before" doc:"How long before the end a warning goes out."`
	Escalate   period    `yaml:"escalate_after" doc:"How long after the end it goes beyond escalate_to, to the operator."`
	EscalateTo recipient `yaml:"escalate_to" doc:"The named person who is told when it is overdue."`
}

type dutyDoc struct {
	ruleDoc
	clockDoc
	When      text      `yaml:"when" doc:"CEL condition; always, where there is none."`
	By        recipient `yaml:"by" required:"true" doc:"Who owes it."`
	To        recipient `yaml:"to" doc:"To whom."`
	ToLabel   text      `yaml:"to_label" doc:"To whom, in plain words, where the name of the recipient does not do."`
	Clock     text      `yaml:"from" required:"true" enum:"occurred,discovered,telephoned,received,written,rated,pi_determined" doc:"The event that the clock runs from; before it has happened nothing is owed."`
	Discharge text      `yaml:"discharge" required:"true" enum:"statement,filed,written_report,items_complete,rated,rating_complete,acknowledged,answered,response_started,analysis_signed,management_report" doc:"What discharges it."`
}

type answerDoc struct {
	ruleDoc
	clockDoc
	By recipient `yaml:"by" required:"true" doc:"Who owes the answer."`
}

// askedDoc names nobody: whoever was asked owes it.
type askedDoc struct {
	ruleDoc
	clockDoc
}

type designationDoc struct {
	ruleDoc
	Change      period `yaml:"change_within" required:"true" doc:"How soon after a designee left or was withdrawn the next one is designated."`
	Calendar    text   `yaml:"calendar" doc:"Id of the calendar in which business days count. Default: the pack's."`
	AttestMonth int    `yaml:"attest_month" doc:"Month of the day by which designations are confirmed each year. Default: a year after each was made."`
	AttestDay   int    `yaml:"attest_day" doc:"Day of that month."`
}

type termDoc struct {
	ruleDoc
	Help text `yaml:"help" doc:"What belongs to it."`
}

type piDoc struct {
	termDoc
	Triggers *bool `yaml:"triggers_notice" doc:"false: this element alone is no notice-triggering personal information. Default: true."`
}

type itemDoc struct {
	ruleDoc
	Report text   `yaml:"report" required:"true" enum:"initial,management" doc:"The list it belongs to."`
	Fields []text `yaml:"fields" required:"true" doc:"Field paths of the filing that answer it; a|b means that either does."`
	When   text   `yaml:"when" doc:"CEL condition; always, where there is none."`
	// Material is a judgement: no text says which items are.
	Material *bool `yaml:"material" doc:"true: where it changes after a report was issued, report_again is owed. Default: false."`
}

type adviceDoc struct {
	conditionDoc
	Phone text `yaml:"phone" doc:"Telephone number."`
}

type contactDoc struct {
	ruleDoc
	Hours     text `yaml:"hours" required:"true" enum:"business,after,any" doc:"When it holds: in the opening hours of the calendar, outside them, or at any hour."`
	Calendar  text `yaml:"calendar" doc:"Id of the calendar whose hours count. Default: the pack's."`
	Authority text `yaml:"authority" doc:"Id of the authority, so that the directory's number can be shown."`
	Phone     text `yaml:"phone" doc:"Telephone number."`
	Email     text `yaml:"email" doc:"Mail address."`
	For       text `yaml:"for" required:"true" doc:"What it is for."`
}

type acknowledgeDoc struct {
	Pos
	Chase    period    `yaml:"chase" required:"true" doc:"When the authority is reminded, after its message was delivered."`
	Due      period    `yaml:"due" required:"true" doc:"When a named person is told that it has not answered."`
	Escalate period    `yaml:"escalate" required:"true" doc:"When the operator is alarmed."`
	To       recipient `yaml:"to" required:"true" doc:"The named person."`
	Cite     text      `yaml:"cite" required:"true" doc:"What the times rest on; \"configuration\" where it is this installation's own choice."`
}

type authorityDoc struct {
	ruleDoc
	For         text           `yaml:"for" required:"true" doc:"What it is told for."`
	Confirms    *bool          `yaml:"confirms" doc:"true: the reporters are told when it has the report."`
	Acknowledge acknowledgeDoc `yaml:"acknowledge" required:"true" doc:"In what time it answers."`
}

type calendarDoc struct {
	ruleDoc
	Zone     text         `yaml:"zone" required:"true" doc:"IANA name of the time zone."`
	Workdays []weekday    `yaml:"workdays" required:"true" doc:"Days of the week on which offices are open."`
	Open     clockTime    `yaml:"open" required:"true" doc:"When offices open."`
	Close    clockTime    `yaml:"close" required:"true" doc:"When offices close; periods in business days end here."`
	Holidays []holidayDoc `yaml:"holidays" doc:"Days on which offices are closed."`
}

// holidayDoc has one of three shapes: month and day; month, nth and weekday; after and days.
type holidayDoc struct {
	ruleDoc
	Names    []nameDoc `yaml:"names" doc:"What it is called from a date on; before the first of them its title holds."`
	Month    int       `yaml:"month" doc:"1 to 12."`
	Day      int       `yaml:"day" doc:"Day of the month."`
	Nth      int       `yaml:"nth" doc:"1 to 4, or -1 for the last: the nth weekday of the month."`
	Weekday  weekday   `yaml:"weekday" doc:"With nth."`
	After    text      `yaml:"after" doc:"Id of the holiday that days counts from."`
	Days     int       `yaml:"days" doc:"Days after that holiday."`
	Saturday text      `yaml:"on_saturday" enum:"preceding,following" doc:"Which weekday closes where it falls on a Saturday. Default: none."`
	Sunday   text      `yaml:"on_sunday" enum:"preceding,following" doc:"Which weekday closes where it falls on a Sunday. Default: none."`
	FromYear int       `yaml:"from_year" doc:"First year."`
	ToYear   int       `yaml:"to_year" doc:"Last year."`
}

type nameDoc struct {
	Pos
	Title text `yaml:"title" required:"true" doc:"The name."`
	From  day  `yaml:"from" required:"true" doc:"From when on."`
}

type phaseDoc struct {
	ruleDoc
	CSF  []text `yaml:"csf" doc:"Functions of CSF 2.0 under which SP 800-61r3 treats the same work."`
	Aims []text `yaml:"aims" doc:"The phase is not left for a later one while required tasks for these aims are open."`
}

type controlDoc struct {
	ruleDoc
	Body  text         `yaml:"body_section" required:"true" doc:"Number of the section in the body of the standard."`
	Table text         `yaml:"table_section" required:"true" doc:"Number that the mapping table prints, which is another one."`
	Rows  []mappingDoc `yaml:"rows" required:"true" doc:"The rows as printed."`
}

type mappingDoc struct {
	Pos
	NIST text `yaml:"nist" doc:"SP 800-53 r5 control."`
	CIS  text `yaml:"cis" doc:"CIS v8 control."`
	CSF  text `yaml:"csf" doc:"CSF 1.1 category or subcategory, as printed."`
}

// playbookDoc is a response procedure.
type playbookDoc struct {
	ruleDoc
	Purpose    text      `yaml:"purpose" required:"true" doc:"When to use it and what it is to achieve."`
	Categories []text    `yaml:"categories" doc:"Ids of the categories that it is for; for every incident, where it names none."`
	Steps      []stepDoc `yaml:"steps" required:"true" doc:"What is done, in the order in which a single person would do it."`
}

type stepDoc struct {
	Pos
	ID       text   `yaml:"id" required:"true" doc:"Id, unique in its playbook."`
	Title    text   `yaml:"title" required:"true" doc:"What is done, as an instruction."`
	Guide    text   `yaml:"guide" required:"true" doc:"How, and what to watch out for."`
	Aim      text   `yaml:"aim" required:"true" enum:"analysis,evidence,containment,eradication,recovery,communication,review" doc:"What the step is for."`
	Role     text   `yaml:"role" required:"true" doc:"The role of the directory that does it."`
	Within   period `yaml:"within" doc:"The time to aim at, from the start of the response. Guidance, no duty."`
	After    []text `yaml:"after" doc:"Ids of steps of the same playbook that must be done before."`
	Optional *bool  `yaml:"optional" doc:"true: may be left out without a reason. Default: false."`
	Cite     text   `yaml:"cite" required:"true" doc:"The clause that the step serves."`
}

// audienceDoc is a group of people that is kept informed.
type audienceDoc struct {
	ruleDoc
	Template  text        `yaml:"template" required:"true" doc:"What a new update begins with; NUMBER, ENTITY, RATING and PHASE stand for the incident's own."`
	To        []recipient `yaml:"to" doc:"Who gets it by mail. Without any, somebody passes it on by another way and says how."`
	Approvals []recipient `yaml:"approvals" doc:"Who must approve an update before it is sent; at least one of them is another person than its writer."`
}
