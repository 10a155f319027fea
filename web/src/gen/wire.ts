// Made by `npm run types` from the server's structs. Not edited by hand.

export type CustomerKind = "person" | "company";
export type Channel = "push" | "sms" | "phone" | "email";
export type ConsentPurpose = "service_messages" | "marketing" | "manufacturer_sharing";
export type ConsentChannel = "any" | "push" | "sms" | "phone" | "email";
export type ConsentDecision = "granted" | "withdrawn";
export type ConsentSource = "tablet" | "page" | "phone" | "paper";
export type MessageChannel = "push" | "sms";
export type Language = "zh" | "en";
export type Energy = "petrol" | "diesel" | "hev" | "phev" | "erev" | "bev" | "other";
export type VisitKind = "maintenance" | "repair" | "accident" | "warranty" | "recall" | "other";
export type OldParts = "take" | "leave";
export type DamageKind = "scratch" | "dent" | "crack" | "missing" | "rust" | "other";
export type Severity = "light" | "medium" | "heavy";
export type LineKind = "labour" | "part" | "other";
export type PartKind = "oem" | "aftermarket" | "refurbished" | "customer_supplied";
export type Payer = "customer" | "warranty" | "insurance";
export type Decision = "approved" | "declined" | "deferred";
export type Stage =
  | "checked_in"
  | "assigned"
  | "diagnosing"
  | "awaiting_approval"
  | "awaiting_parts"
  | "repairing"
  | "quality_check"
  | "settling"
  | "ready"
  | "handed_over"
  | "cancelled";
export type PaymentMethod =
  "cash" | "card" | "wechat" | "alipay" | "transfer" | "insurance" | "warranty" | "points" | "on_account";
export type ReleaseReason = "key_drop" | "refused" | "proxy";
export type Grade = "green" | "yellow" | "red" | "not_checked";
export type DeciderRole = "owner" | "bringer" | "other";
export type DecisionChannel = "tablet" | "page" | "phone";
export type PhotoPurpose = "walkaround" | "damage" | "finding" | "before" | "after" | "dashboard" | "vin" | "other";
export type SignaturePurpose = "contract" | "handover";
export type AppointmentStatus = "requested" | "booked" | "arrived" | "cancelled";
export type MessageEvent =
  | "stage"
  | "promise"
  | "note"
  | "report"
  | "estimate"
  | "contract"
  | "document"
  | "survey"
  | "survey_reminder"
  | "answer"
  | "appointment"
  | "appointment_reminder"
  | "complaint"
  | "sign_again"
  | "amendment";
export type MessageState = "waiting" | "sent" | "seen" | "not_sent" | "failed";
export type MessageWhy =
  | "consent_withdrawn"
  | "complaint_open"
  | "rescue_open"
  | "contact_stopped"
  | "no_channel"
  | "nobody_subscribed"
  | "no_phone"
  | "link_closed"
  | "no_visit"
  | "already_answered"
  | "newer"
  | "cancelled"
  | "quiet_hours"
  | "unanswered_push"
  | "refused"
  | "gave_up"
  | "storage_only";
export type AttemptResult = "sent" | "seen" | "failed" | "skipped";
export type ComplaintSource = "survey" | "call" | "page" | "counter";
export type ComplaintAbout = "quality" | "price" | "waiting" | "attitude" | "rescue" | "other";
export type ComplaintState = "open" | "closed";
export type ComplaintStepKind = "confirm" | "analyse" | "agree" | "handle" | "call_back";
export type ReviewAction = "retry" | "edit" | "accept_mine" | "accept_theirs" | "discard";

export interface Wire {
  rows: Rows;
  commands: CommandFields;
}
export interface Rows {
  customers: Customer;
  vehicles: Vehicle;
  visits: Visit;
  damages: Damage;
  findings: Finding;
  estimate_lines: EstimateLine;
  progress: Progress;
  photos: Photo;
  signatures: Signature;
  amendments: Amendment;
  appointments: Appointment;
  messages: Message;
  complaints: Complaint;
  reviews: Review;
  merge_proposals: MergeProposal;
  catalog_items: CatalogItem;
  inspection_items: InspectionItem;
  staff: StaffMember;
  aliases: Alias;
}
/**
 * A person or company. `stores` are the stores whose tablets hold this row; `store_id` is the home store.
 *
 * `channels` are for messages, the preferred one first; `contact_stop` is why nobody contacts them unasked.
 * `restricted` records are stored and kept safe, and nothing else (PIPL art. 47).
 */
export interface Customer {
  id: string;
  rev: number;
  store_id: string;
  stores: string[];
  name: string;
  kind: CustomerKind;
  phones: Phone[];
  preferred_channel: Channel | null;
  email: string | null;
  address: string | null;
  birthday_on: string | null;
  tags: string[];
  consents: Consent[];
  notes: Note[];
  channels: MessageChannel[] | null;
  quiet: QuietHours | null;
  language: Language | null;
  contact_stop: string | null;
  restricted: Restriction | null;
  created_at: string;
}
/**
 * One phone of a customer; `number` is E.164.
 */
export interface Phone {
  number: string;
  label?: string | null;
  primary?: boolean;
}
/**
 * One decision about one purpose and channel; `id` is the command that made it. All of them are kept.
 */
export interface Consent {
  id: string;
  purpose: ConsentPurpose;
  channel: ConsentChannel;
  decision: ConsentDecision;
  decided_at: string;
  source: ConsentSource;
  lifts: string[];
  recorded_by: string | null;
}
/**
 * A remark of a member of staff; append-only.
 */
export interface Note {
  id: string;
  text: string;
  at: string;
  by: string | null;
}
/**
 * Hours of the store's clock in which nobody is disturbed; they may go over midnight (`21:00` to `08:00`).
 */
export interface QuietHours {
  start: string;
  end: string;
}
/**
 * Since when and why the record is only stored (仅存储); `by` is null when the customer said so on the page.
 */
export interface Restriction {
  reason: string;
  at: string;
  by: string | null;
}
/**
 * A car. Identity is the VIN; plates change hands. `vin_check` says whether the check digit fits.
 *
 * `last` is what its last handed-over visit left behind; null before the first one.
 */
export interface Vehicle {
  id: string;
  rev: number;
  store_id: string;
  stores: string[];
  vin: string | null;
  vin_check: ("ok" | "warning") | null;
  plate: string | null;
  make: string;
  model: string;
  model_year: number | null;
  colour: string | null;
  energy: Energy;
  engine_no: string | null;
  owner_id: string | null;
  purchased_on: string | null;
  insurance_expires_on: string | null;
  odometer_km: number | null;
  recalls: Recall[];
  last: CarPast | null;
  created_at: string;
}
/**
 * A campaign of the maker that is open for this car, or was done: when, and in which visit.
 */
export interface Recall {
  id: string;
  code: string;
  title: string;
  action: string | null;
  opened_at: string;
  done_at: string | null;
  done_in: string | null;
}
/**
 * The last handed-over visit, the damages known since, measures by item code, and work that is still put off.
 */
export interface CarPast {
  visit_id: string;
  number: string;
  kind: VisitKind;
  closed_at: string;
  odometer_km: number | null;
  old_parts: OldParts | null;
  wash: boolean | null;
  damages: PastDamage[];
  measures: Record<string, PastMeasure>;
  put_off: PutOff[];
  repaired: string[];
}
/**
 * A damage as it was seen then; x and y are shares (0–1) of the car drawing's width and height.
 */
export interface PastDamage {
  panel: string;
  kind: DamageKind;
  severity: Severity;
  x: number;
  y: number;
}
/**
 * Work that the customer declined or deferred, as it was last priced; amounts in fen.
 */
export interface PutOff {
  line_id: string;
  kind: LineKind;
  code: string | null;
  name: string;
  quantity: string;
  unit: string;
  unit_price_fen: number;
  amount_fen: number;
  part_kind: PartKind | null;
  payer: Payer;
  decision: Decision;
  decided_at: string;
}
/**
 * One stay of one car. `trail` lists every stage it was in, in order; `moves` = len(trail) − 1.
 *
 * `released_document` is what the sealed paper says of a car that left without a signature.
 */
export interface Visit {
  id: string;
  rev: number;
  store_id: string;
  number: string;
  local_number: string | null;
  vehicle_id: string;
  customer_id: string;
  kind: VisitKind;
  payer: Payer;
  appointment_id: string | null;
  comeback_of: string | null;
  advisor_id: string | null;
  technician_id: string | null;
  stage: Stage;
  moves: number;
  trail: Stage[];
  opened_at: string;
  closed_at: string | null;
  ready_at: string | null;
  concerns: Concern[];
  walkaround: Walkaround | null;
  readings: Walkaround[];
  presented: LineVersion[];
  parts_used: PartUsed[];
  quality: Quality | null;
  quality_history: Quality[];
  settlement: Settlement | null;
  payments: Payment[];
  advice: Advice[];
  report: Report | null;
  release: Release | null;
  released_document: Record<string, unknown> | null;
  cancel_reason: string | null;
  survey: Survey | null;
  work: Stint[];
  calls: Call[];
  questions: Question[];
}
/**
 * The customer's own words (客户原话).
 */
export interface Concern {
  id: string;
  words: string;
  condition: string | null;
  frequency: string | null;
}
/**
 * What was read and agreed at the car; `id` is the command. All are kept, the last one counts.
 */
export interface Walkaround {
  id: string;
  odometer_km: number;
  energy_pct: number;
  warning_lamps: string[];
  belongings: string[];
  old_parts: OldParts;
  wash: boolean;
  valuables_reminded: boolean;
  key_tag: string | null;
  parking_place: string | null;
  correction: string | null;
  at: string;
  by: string | null;
}
/**
 * One version of one estimate line: the thing a customer can decide on.
 */
export interface LineVersion {
  line_id: string;
  version: number;
}
/**
 * A part that went into the car; the customer sees these.
 */
export interface PartUsed {
  id: string;
  line_id: string | null;
  code: string;
  name: string;
  quantity: string;
  at: string;
}
/**
 * One quality check (质检); `id` is the command. `passed` false names its reasons.
 */
export interface Quality {
  id: string;
  passed: boolean;
  checks: QualityCheckItem[];
  reasons: string[];
  road_test_km: string | null;
  odometer_out_km: number | null;
  note: string | null;
  by: string | null;
  at: string;
}
/**
 * One line of the quality check list.
 */
export interface QualityCheckItem {
  item_code: string;
  ok: boolean;
}
/**
 * The bill (结算): the versions it covers, discount and total in fen.
 */
export interface Settlement {
  id: string;
  lines: LineVersion[];
  discount_fen: number;
  total_fen: number;
  invoice: Invoice | null;
  issued_at: string;
  by: string | null;
}
/**
 * Who the invoice (发票) is made out to.
 */
export interface Invoice {
  title: string;
  tax_number?: string | null;
}
/**
 * Money that changed hands, in fen; `refund_of` makes it money given back.
 */
export interface Payment {
  id: string;
  method: PaymentMethod;
  amount_fen: number;
  reference: string | null;
  refund_of: string | null;
  paid_at: string;
}
/**
 * What to do next and when: by distance, by date, or both.
 */
export interface Advice {
  id: string;
  text: string;
  next_km: number | null;
  next_on: string | null;
}
/**
 * The diagnosis report as published: the finding versions that the customer reads.
 */
export interface Report {
  id: string;
  findings: FindingVersion[];
  published_at: string;
}
/**
 * One version of one finding, as a published report shows it.
 */
export interface FindingVersion {
  finding_id: string;
  version: number;
}
/**
 * A handover without a signature, and why.
 */
export interface Release {
  reason: ReleaseReason;
  witness: string | null;
  note: string;
  at: string;
  by: string | null;
}
/**
 * The customer's answer after the visit: 1–5 each, 0–10 to recommend.
 */
export interface Survey {
  id: string;
  speed: number;
  quality: number;
  price: number;
  courtesy: number;
  recommend: number;
  text: string | null;
  at: string;
}
/**
 * Time that a technician worked on the car, on one line or on the whole; it runs while `ended_at` is null.
 */
export interface Stint {
  id: string;
  technician_id: string | null;
  line_id: string | null;
  began_at: string;
  ended_at: string | null;
}
/**
 * A follow-up call (回访电话) to the customer: whether somebody answered, and what was said.
 */
export interface Call {
  id: string;
  reached: boolean;
  text: string | null;
  at: string;
  by: string | null;
}
/**
 * What a customer asks from the page, about one line or the whole visit.
 */
export interface Question {
  id: string;
  line_id: string | null;
  text: string;
  at: string;
  reply: Reply | null;
}
/**
 * What the shop said to a customer's question.
 */
export interface Reply {
  text: string;
  at: string;
  by: string | null;
}
/**
 * A pin on the car drawing; x and y are shares (0–1) of the drawing's width and height.
 */
export interface Damage {
  id: string;
  rev: number;
  visit_id: string;
  panel: string;
  kind: DamageKind;
  severity: Severity;
  x: number;
  y: number;
  photos: string[];
  known: boolean;
  recorded_at: string;
  recorded_by: string | null;
}
/**
 * One inspection item's result (诊断项).
 *
 * `version` grows with each revision; `touched` says in which version a field last changed.
 */
export interface Finding {
  id: string;
  rev: number;
  visit_id: string;
  version: number;
  item_code: string;
  grade: Grade;
  measure: Measure | null;
  dtcs: string[];
  cause: string | null;
  plan: string | null;
  budget_fen: number | null;
  photos: string[];
  touched: Record<string, unknown>;
  recorded_at: string;
  recorded_by: string | null;
}
/**
 * A measured value: a decimal string and its unit (mm, V, %, bar …).
 */
export interface Measure {
  value: string;
  unit: string;
}
/**
 * Labour, part or other. `amount_fen` = round_half_up(quantity × unit_price_fen) − discount_fen.
 *
 * `decision` counts only for `decided_version`; null means undecided. `carried_from` is a line of an earlier visit
 * that the customer had put off.
 */
export interface EstimateLine {
  id: string;
  rev: number;
  visit_id: string;
  version: number;
  kind: LineKind;
  code: string | null;
  name: string;
  quantity: string;
  unit: string;
  unit_price_fen: number;
  discount_fen: number;
  amount_fen: number;
  part_kind: PartKind | null;
  payer: Payer;
  finding_id: string | null;
  carried_from: string | null;
  decision: Decision | null;
  decided_version: number | null;
  decided: Decided[];
  versions: PricedVersion[];
  dropped: string | null;
  created_at: string;
}
/**
 * One decision on one version of the line; `id` is the command, `amount_fen` the price shown. All are kept.
 */
export interface Decided {
  id: string;
  version: number;
  decision: Decision;
  by: Decider;
  channel: DecisionChannel;
  decided_at: string;
  replaces: string[];
  amount_fen: number | null;
}
/**
 * Who decided: a name as spoken, and the person's part in the visit.
 */
export interface Decider {
  name: string;
  role: DeciderRole;
}
/**
 * What one version of the line said, and why it was dropped, if it was; prices in fen.
 */
export interface PricedVersion {
  version: number;
  name: string;
  quantity: string;
  unit_price_fen: number;
  discount_fen: number;
  payer: Payer;
  reason: string | null;
  dropped: string | null;
  at: string;
  by: string | null;
}
/**
 * A step of the visit. Its id is the command that caused it (a note: the note's id).
 */
export interface Progress {
  id: string;
  rev: number;
  visit_id: string;
  kind: "note" | "promise" | "report" | "stage";
  stage: Stage | null;
  ready_at: string | null;
  text: string | null;
  visible_to_customer: boolean;
  at: string;
  by: string | null;
}
/**
 * A photo by its SHA-256; `uploaded` once the bytes are here and verified, `waived` when they will not come.
 */
export interface Photo {
  id: string;
  rev: number;
  visit_id: string;
  sha256: string;
  media_type: string;
  bytes: number;
  purpose: PhotoPurpose;
  subject_id: string | null;
  taken_at: string;
  caption: string | null;
  uploaded: boolean;
  waived: string | null;
}
/**
 * A drawn signature over exactly one document. `accepted` moved the visit; `kept` waits in the review inbox.
 *
 * `evidence` is null when it was signed by a program that does not gather any.
 */
export interface Signature {
  id: string;
  rev: number;
  visit_id: string;
  purpose: SignaturePurpose;
  document: Record<string, unknown>;
  document_hash: string;
  strokes: Record<string, unknown>;
  strokes_hash: string;
  signer: Signer;
  jws: string;
  evidence: SigningEvidence | null;
  device_id: string | null;
  state: "accepted" | "kept";
  signed_at: string;
  received_at: string;
  sealed_at: string | null;
  pdf_sha256: string | null;
}
/**
 * Who signed: a name and the person's part in the visit.
 */
export interface Signer {
  name: string;
  role: DeciderRole;
}
/**
 * What was signed along with the document: identity check, app version, tablet, the server as known, the screen.
 */
export interface SigningEvidence {
  identity: SignerIdentity;
  app: string;
  shown: ShownDocument;
  server_state: KnownState;
  device_name?: string | null;
}
/**
 * How the advisor made sure who signs; `phone_tail` are the last digits of the phone that it was done with.
 *
 * `code_id` is the text message whose digits the signer knew: `sms_code` needs it.
 */
export interface SignerIdentity {
  method: "id_seen" | "known_phone" | "not_checked" | "sms_code";
  phone_tail?: string | null;
  code_id?: string | null;
}
/**
 * The document on the screen, and since when.
 */
export interface ShownDocument {
  document_hash: string;
  at: string;
}
/**
 * What the tablet knew of the server: the `cookie` and server time (`known_at`) of its newest pull.
 *
 * `visit_rev` is the visit's `rev` in those rows; `unsent` counts its own commands of the visit that still waited.
 */
export interface KnownState {
  unsent: number;
  cookie?: string | null;
  known_at?: string | null;
  visit_rev?: number | null;
}
/**
 * A correction made after the car left (更正单): a document that names the one before it by its hash.
 */
export interface Amendment {
  id: string;
  rev: number;
  visit_id: string;
  amends: string;
  reason: string;
  corrections: Corrected[];
  document: Record<string, unknown>;
  document_hash: string;
  by: string | null;
  amended_at: string;
  received_at: string;
  sealed_at: string | null;
  pdf_sha256: string | null;
}
/**
 * One value of a document put right: where it stands (such as `lines/<id>/name`), what it says and what it should.
 *
 * `path` joins member names and the ids of list entries by `/`; `from` and `to` are texts, numbers, yes or no, lists
 * of texts, or null.
 */
export interface Corrected {
  path: string;
  from: unknown;
  to: unknown;
}
/**
 * A time that a customer was promised, or asks for; becomes `arrived` when a visit is opened for it.
 */
export interface Appointment {
  id: string;
  rev: number;
  store_id: string;
  customer_id: string;
  vehicle_id: string | null;
  at: string;
  work: string;
  note: string | null;
  status: AppointmentStatus;
  cancel_reason: string | null;
  visit_id: string | null;
}
/**
 * One event that a customer is told once, over whatever channel; `why` says why not, or what it waits for.
 *
 * `id` is that of the outbox's row that promised it first.
 */
export interface Message {
  id: string;
  rev: number;
  store_id: string;
  customer_id: string;
  visit_id: string | null;
  appointment_id: string | null;
  event: MessageEvent;
  stage: Stage | null;
  state: MessageState;
  channel: MessageChannel | null;
  why: MessageWhy | null;
  attempts: Attempt[];
  promised_at: string;
}
/**
 * One try to tell somebody: by which channel, what came of it, and why if it came to nothing.
 */
export interface Attempt {
  at: string;
  channel: MessageChannel | null;
  result: AttemptResult;
  why: string | null;
}
/**
 * A complaint (投诉), with the person who answers for it and until when; closed by the call back.
 */
export interface Complaint {
  id: string;
  rev: number;
  store_id: string;
  customer_id: string;
  visit_id: string | null;
  source: ComplaintSource;
  about: ComplaintAbout;
  text: string;
  owner_id: string | null;
  due_at: string;
  state: ComplaintState;
  steps: ComplaintStep[];
  opened_at: string;
  opened_by: string | null;
  closed_at: string | null;
}
/**
 * What somebody did about a complaint.
 */
export interface ComplaintStep {
  id: string;
  kind: ComplaintStepKind;
  text: string;
  at: string;
  by: string | null;
}
/**
 * One thing to look at.
 *
 * `further` are later commands whose values it shows beside those of the first, and what the command was before
 * somebody edited it; `cause_id` is the review that a blocked command waits for.
 */
export interface Review {
  id: string;
  rev: number;
  store_id: string;
  state: "open" | "resolved";
  outcome: "blocked" | "kept" | "merged" | "rejected";
  reason: Cause;
  merged: Record<string, unknown>[];
  command: SentCommand;
  further: SentCommand[];
  makes: string[];
  visit_id: string | null;
  cause_id: string | null;
  opened_at: string;
  resolution: ReviewAction | null;
  resolution_reason: string | null;
  resolved_by: string | null;
  resolved_at: string | null;
  result: Record<string, unknown> | null;
}
/**
 * Why something was not simply applied: a closed code, its subject, and the facts that the words need.
 */
export interface Cause {
  code: string;
  subject: Subject;
  facts: Record<string, unknown>;
}
/**
 * What a reason is about: a kind of row (or `field`) and its id (or path).
 */
export interface Subject {
  type: string;
  id: string;
}
/**
 * A command as a person sent it, kept whole; `seq` is its place in a tablet's queue.
 */
export interface SentCommand {
  id: string;
  name: string;
  fields: Record<string, unknown>;
  issued_at: string;
  user_id: string | null;
  device_id: string | null;
  lane: string | null;
  seq?: number | null;
}
/**
 * Two records that may be one, with the evidence; merging them is reversible.
 */
export interface MergeProposal {
  id: string;
  rev: number;
  stores: string[];
  type: "customers" | "vehicles";
  keep_id: string;
  merge_id: string;
  evidence: Cause[];
  state: "dismissed" | "merged" | "open";
  opened_at: string;
}
/**
 * A labour item (price per hour) or part (price per unit) with its prices "as of".
 */
export interface CatalogItem {
  id: string;
  rev: number;
  code: string;
  kind: LineKind;
  name: string;
  name_en: string;
  unit: string;
  unit_price_fen: number;
  standard_hours: string | null;
  as_of: string;
}
/**
 * One item of the inspection template. `limits` = {"yellow": "3.0", "red": "1.6", "worse": "below" | "above"}.
 */
export interface InspectionItem {
  id: string;
  rev: number;
  code: string;
  group: string;
  group_en: string;
  position: number;
  name: string;
  name_en: string;
  unit: string | null;
  limits: Record<string, unknown> | null;
  phrases: Phrase[];
}
/**
 * What is often found at an item and what is done about it; `codes` name the remedy in the catalogue.
 */
export interface Phrase {
  cause: string;
  cause_en: string;
  plan: string;
  plan_en: string;
  codes: string[];
}
/**
 * A person who works here. `role` decides what the person may do.
 */
export interface StaffMember {
  id: string;
  rev: number;
  store_id: string;
  name: string;
  role: string;
  active: boolean;
}
/**
 * One id stands for another until unmerged; `type` is the kind of row.
 */
export interface Alias {
  id: string;
  rev: number;
  canonical_id: string;
  type: "customers" | "vehicles" | "visits";
}
export interface CommandFields {
  "appointment.accept": AcceptAppointment;
  "appointment.book": BookAppointment;
  "appointment.cancel": CancelAppointment;
  "appointment.move": MoveAppointment;
  "complaint.assign": AssignComplaint;
  "complaint.open": OpenComplaint;
  "complaint.step": StepComplaint;
  "customer.add_note": AddCustomerNote;
  "customer.lift_restriction": LiftRestriction;
  "customer.merge": MergeCustomers;
  "customer.register": RegisterCustomer;
  "customer.restrict": RestrictCustomer;
  "customer.set_consent": SetConsent;
  "customer.set_contact": SetContact;
  "customer.tag": TagCustomer;
  "customer.unmerge": UnmergeCustomer;
  "customer.update": UpdateCustomer;
  "estimate.add_line": AddLine;
  "estimate.answer": AnswerQuestion;
  "estimate.ask": AskQuestion;
  "estimate.decide": DecideEstimate;
  "estimate.drop_line": DropLine;
  "estimate.present": PresentEstimate;
  "estimate.revise_line": ReviseLine;
  "finding.record": RecordFinding;
  "finding.revise": ReviseFinding;
  "handover.amend": AmendHandover;
  "handover.release": ReleaseHandover;
  "handover.sign": SignHandover;
  "message.send_again": SendAgain;
  "photo.add": AddPhoto;
  "photo.waive": WaivePhoto;
  "push.acknowledge": AcknowledgeMessage;
  "push.subscribe": SubscribePush;
  "push.unsubscribe": UnsubscribePush;
  "quality.fail": FailQuality;
  "quality.pass": PassQuality;
  "repair.advance": AdvanceRepair;
  "repair.clock_off": ClockOff;
  "repair.clock_on": ClockOn;
  "repair.note": NoteRepair;
  "repair.use_part": UsePart;
  "report.publish": PublishReport;
  "review.resolve": ResolveReview;
  "settlement.issue": IssueSettlement;
  "settlement.record_payment": RecordPayment;
  "survey.answer": AnswerSurvey;
  "survey.record_call": RecordCall;
  "vehicle.add_recall": AddRecall;
  "vehicle.change_owner": ChangeOwner;
  "vehicle.close_recall": CloseRecall;
  "vehicle.merge": MergeVehicles;
  "vehicle.register": RegisterVehicle;
  "vehicle.unmerge": UnmergeVehicle;
  "vehicle.update": UpdateVehicle;
  "visit.add_concern": AddConcern;
  "visit.add_damage": AddDamage;
  "visit.advise": Advise;
  "visit.assign": AssignVisit;
  "visit.cancel": CancelVisit;
  "visit.open": OpenVisit;
  "visit.promise": PromiseReady;
  "visit.record_walkaround": RecordWalkaround;
  "visit.renew_link": RenewLink;
  "visit.revoke_link": RevokeLink;
}
/**
 * The store accepts what a customer asked for, as it is or at another time.
 */
export interface AcceptAppointment {
  appointment_id: string;
  at?: {
    from: string | null;
    to: string | null;
  } | null;
}
/**
 * A customer is expected: booked by the store, or asked for from the page.
 */
export interface BookAppointment {
  appointment_id: string;
  customer_id: string;
  at: string;
  work: string;
  vehicle_id?: string | null;
  note?: string | null;
}
/**
 * The customer will not come, or the store declines what the customer asked for.
 */
export interface CancelAppointment {
  appointment_id: string;
  reason: string;
}
/**
 * An appointment moves to another time; the customer is told and reminded anew.
 */
export interface MoveAppointment {
  appointment_id: string;
  at: {
    from: string | null;
    to: string | null;
  };
}
/**
 * Somebody else answers for a complaint, or has until another time.
 */
export interface AssignComplaint {
  complaint_id: string;
  owner_id?: {
    from: string | null;
    to: string | null;
  } | null;
  due_at?: {
    from: string | null;
    to: string | null;
  } | null;
}
/**
 * A customer complains, or said something for which somebody should answer.
 */
export interface OpenComplaint {
  complaint_id: string;
  customer_id: string;
  text: string;
  about: ComplaintAbout;
  source?: ComplaintSource | null;
  visit_id?: string | null;
  owner_id?: string | null;
  due_at?: string | null;
}
/**
 * Something was done about a complaint; the call back closes it.
 */
export interface StepComplaint {
  complaint_id: string;
  step_id: string;
  kind: ComplaintStepKind;
  text: string;
  at: string;
}
/**
 * A remark about the customer; append-only.
 */
export interface AddCustomerNote {
  customer_id: string;
  note_id: string;
  text: string;
}
/**
 * The customer wants the record to be used again.
 */
export interface LiftRestriction {
  customer_id: string;
  reason: string;
}
/**
 * Two records are one customer: `merge_id` becomes another name for `keep_id`.
 */
export interface MergeCustomers {
  keep_id: string;
  merge_id: string;
  reason?: string | null;
}
/**
 * A customer is entered. A sure match (same phone and name) becomes an alias, a likely one a merge proposal.
 */
export interface RegisterCustomer {
  customer_id: string;
  name: string;
  phones: PhoneEntry[];
  kind?: CustomerKind | null;
  preferred_channel?: Channel | null;
  email?: string | null;
  address?: string | null;
  birthday_on?: string | null;
}
/**
 * A phone as people type it; the server keeps it as E.164.
 */
export interface PhoneEntry {
  number: string;
  label?: string | null;
  primary?: boolean | null;
}
/**
 * The customer's record is only stored from now on: no message, no tablet, no search, no tag, no booking.
 */
export interface RestrictCustomer {
  customer_id: string;
  reason: string;
  restricted_at: string;
}
/**
 * The customer gives or withdraws consent for one purpose and channel.
 *
 * A withdrawal stands until a grant lifts it.
 */
export interface SetConsent {
  customer_id: string;
  purpose: ConsentPurpose;
  channel: ConsentChannel;
  decision: ConsentDecision;
  decided_at: string;
  source: ConsentSource;
  lifts?: string[] | null;
}
/**
 * Channels in order, hours of quiet, language; `contact_stop` says why nobody contacts the customer unasked.
 */
export interface SetContact {
  customer_id: string;
  channels?: {
    from: MessageChannel[] | null;
    to: MessageChannel[] | null;
  } | null;
  quiet?: {
    from: QuietHours | null;
    to: QuietHours | null;
  } | null;
  language?: {
    from: Language | null;
    to: Language | null;
  } | null;
  contact_stop?: {
    from: string | null;
    to: string | null;
  } | null;
}
/**
 * Tags that people set; concurrent additions all stay.
 */
export interface TagCustomer {
  customer_id: string;
  add?: string[] | null;
  remove?: string[] | null;
}
/**
 * The records were not one customer after all: what was typed since the merge stays with the one that was kept.
 */
export interface UnmergeCustomer {
  merge_id: string;
}
/**
 * Changes only what the person changed, with what they saw.
 */
export interface UpdateCustomer {
  customer_id: string;
  changes?: CustomerChanges | null;
  phones?: PhoneChanges | null;
}
/**
 * Scalar changes, each with what the person saw.
 */
export interface CustomerChanges {
  name?: {
    from: string | null;
    to: string | null;
  } | null;
  kind?: {
    from: CustomerKind | null;
    to: CustomerKind | null;
  } | null;
  email?: {
    from: string | null;
    to: string | null;
  } | null;
  address?: {
    from: string | null;
    to: string | null;
  } | null;
  birthday_on?: {
    from: string | null;
    to: string | null;
  } | null;
  preferred_channel?: {
    from: Channel | null;
    to: Channel | null;
  } | null;
}
/**
 * Numbers to add and remove, and which is the primary one.
 */
export interface PhoneChanges {
  add?: PhoneEntry[] | null;
  remove?: string[] | null;
  primary?: {
    from: string | null;
    to: string | null;
  } | null;
}
/**
 * A line of the estimate: labour (hours × rate), part or other.
 */
export interface AddLine {
  visit_id: string;
  line_id: string;
  kind: LineKind;
  name: string;
  quantity: string;
  unit: string;
  unit_price_fen: number;
  code?: string | null;
  discount_fen?: number | null;
  part_kind?: PartKind | null;
  payer?: Payer | null;
  finding_id?: string | null;
  carried_from?: string | null;
}
/**
 * The shop answers a customer's question.
 */
export interface AnswerQuestion {
  visit_id: string;
  question_id: string;
  text: string;
}
/**
 * The customer asks from the page, about a line or the whole visit.
 */
export interface AskQuestion {
  visit_id: string;
  question_id: string;
  text: string;
  line_id?: string | null;
}
/**
 * What the customer said, line by line. On an older version or another price it is kept and moves nothing.
 */
export interface DecideEstimate {
  visit_id: string;
  decisions: LineDecision[];
  decided_by: Decider;
  channel: DecisionChannel;
  decided_at: string;
  replaces?: string[] | null;
}
/**
 * What the customer said to one version of one line; `amount_fen` is the price that the customer was shown.
 */
export interface LineDecision {
  line_id: string;
  version: number;
  decision: Decision;
  amount_fen?: number | null;
}
/**
 * A line is no longer wanted; it stays visible with the reason.
 */
export interface DropLine {
  line_id: string;
  seen_version: number;
  reason: string;
}
/**
 * Puts these versions before the customer; from diagnosing or repairing the visit waits for approval.
 */
export interface PresentEstimate {
  visit_id: string;
  lines: LineVersion[];
}
/**
 * A line changes; another price, or another who pays it, is a new version that needs a new decision.
 */
export interface ReviseLine {
  line_id: string;
  seen_version: number;
  reason: string;
  quantity?: string | null;
  unit_price_fen?: number | null;
  discount_fen?: number | null;
  name?: string | null;
  payer?: Payer | null;
}
/**
 * What was found at one inspection item.
 */
export interface RecordFinding {
  visit_id: string;
  finding_id: string;
  item_code: string;
  grade: Grade;
  dtcs: string[];
  photos: string[];
  measure?: Measure | null;
  cause?: string | null;
  plan?: string | null;
  budget_fen?: number | null;
}
/**
 * A finding is seen differently. Fields that someone else revised since `seen_version` go to review.
 *
 * With `seen` the values decide instead: a tablet may have called its own offline revision "version 2" while somebody
 * else's became that.
 */
export interface ReviseFinding {
  finding_id: string;
  seen_version: number;
  seen?: SeenFinding | null;
  item_code?: string | null;
  grade?: Grade | null;
  measure?: Measure | null;
  dtcs?: string[] | null;
  cause?: string | null;
  plan?: string | null;
  budget_fen?: number | null;
  photos?: string[] | null;
}
/**
 * What a person saw in the fields of a finding that they changed; what is absent was empty.
 */
export interface SeenFinding {
  item_code?: string | null;
  grade?: Grade | null;
  measure?: Measure | null;
  dtcs?: string[] | null;
  cause?: string | null;
  plan?: string | null;
  budget_fen?: number | null;
  photos?: string[] | null;
}
/**
 * What the car left with is put right by a document of its own; `amends` is the hash of the newest one there is.
 */
export interface AmendHandover {
  visit_id: string;
  amendment_id: string;
  amends: string;
  reason: string;
  corrections: Corrected[];
  amended_at: string;
}
/**
 * The car leaves without a signature, and the PDF says so.
 */
export interface ReleaseHandover {
  visit_id: string;
  reason: ReleaseReason;
  note: string;
  witness?: string | null;
}
/**
 * A person signed this document on this device (compact JWS, ES256). `contract` needs no stage and moves none.
 */
export interface SignHandover {
  visit_id: string;
  signature_id: string;
  purpose: SignaturePurpose;
  document: Record<string, unknown>;
  document_hash: string;
  strokes: Record<string, unknown>;
  strokes_hash: string;
  signer: Signer;
  jws: string;
  signed_at: string;
  evidence?: SigningEvidence | null;
}
/**
 * A person wants a message sent that did not get through, or was not sent.
 */
export interface SendAgain {
  message_id: string;
}
/**
 * A photo was taken. Its row says `uploaded: false` until the bytes are here and verified.
 */
export interface AddPhoto {
  photo_id: string;
  visit_id: string;
  sha256: string;
  media_type: string;
  bytes: number;
  purpose: PhotoPurpose;
  taken_at: string;
  subject_id?: string | null;
  caption?: string | null;
}
/**
 * The bytes will not come; the seal of the handover no longer waits for them.
 */
export interface WaivePhoto {
  photo_id: string;
  reason: string;
}
/**
 * The customer's phone has shown the message.
 */
export interface AcknowledgeMessage {
  message_id: string;
}
/**
 * A browser asks to be told about this visit.
 */
export interface SubscribePush {
  visit_id: string;
  endpoint: string;
  keys: PushKeys;
}
/**
 * The browser's public key and secret, base64url.
 */
export interface PushKeys {
  p256dh: string;
  auth: string;
}
/**
 * The browser no longer wants to be told, or its push service says that it is gone (404, 410).
 */
export interface UnsubscribePush {
  endpoint: string;
}
/**
 * The car goes back to be reworked, for these reasons.
 */
export interface FailQuality {
  visit_id: string;
  reasons: string[];
  note?: string | null;
}
/**
 * The car passed: to settling.
 */
export interface PassQuality {
  visit_id: string;
  checks: QualityCheckItem[];
  road_test_km?: string | null;
  odometer_out_km?: number | null;
  note?: string | null;
}
/**
 * Moves the visit to its next stage; of a move already made only the note is new.
 */
export interface AdvanceRepair {
  visit_id: string;
  stage: {
    from: Stage | null;
    to: Stage | null;
  };
  seen_moves?: number | null;
  note?: string | null;
}
/**
 * The technician stops; of two times the first one stands and the other goes to review.
 */
export interface ClockOff {
  visit_id: string;
  work_id: string;
  at: string;
}
/**
 * A technician begins to work on the car, on one line or on the whole.
 */
export interface ClockOn {
  visit_id: string;
  work_id: string;
  at: string;
  line_id?: string | null;
}
/**
 * A remark on the work, for the staff or for the customer too.
 */
export interface NoteRepair {
  visit_id: string;
  note_id: string;
  text: string;
  visible_to_customer: boolean;
}
/**
 * A part went into the car; the customer sees it.
 */
export interface UsePart {
  visit_id: string;
  usage_id: string;
  code: string;
  name: string;
  quantity: string;
  line_id?: string | null;
}
/**
 * Freezes what the customer reads: the findings as they are now.
 */
export interface PublishReport {
  visit_id: string;
  report_id: string;
}
/**
 * What a person decided about an item of the inbox, or (discard) that a merge proposal's records are not one.
 *
 * `edits` are other fields for the command (edit), or for fields with several values those that win (accept_mine).
 */
export interface ResolveReview {
  review_id: string;
  seen_rev: number;
  action: ReviewAction;
  edits?: Record<string, unknown> | null;
  reason?: string | null;
}
/**
 * The bill over approved line versions; total = Σ amounts − discount ≥ 0. The newest replaces.
 */
export interface IssueSettlement {
  visit_id: string;
  settlement_id: string;
  lines: LineVersion[];
  discount_fen: number;
  total_fen: number;
  invoice?: Invoice | null;
}
/**
 * Money changed hands: a fact. A deposit may come before the bill; `refund_of` gives money back.
 */
export interface RecordPayment {
  visit_id: string;
  payment_id: string;
  method: PaymentMethod;
  amount_fen: number;
  paid_at: string;
  reference?: string | null;
  refund_of?: string | null;
}
/**
 * 1–5 for speed, quality, price and courtesy; 0–10 to recommend.
 */
export interface AnswerSurvey {
  visit_id: string;
  survey_id: string;
  speed: number;
  quality: number;
  price: number;
  courtesy: number;
  recommend: number;
  text?: string | null;
}
/**
 * Somebody called the customer; `reached` false when nobody answered.
 */
export interface RecordCall {
  visit_id: string;
  call_id: string;
  reached: boolean;
  at: string;
  text?: string | null;
}
/**
 * The maker calls the car back; a campaign that is open already is not entered twice.
 */
export interface AddRecall {
  vehicle_id: string;
  recall_id: string;
  code: string;
  title: string;
  action?: string | null;
}
/**
 * The car has another owner.
 */
export interface ChangeOwner {
  vehicle_id: string;
  owner_id: {
    from: string | null;
    to: string | null;
  };
  reason: string;
}
/**
 * The campaign is done on this car, in a visit or elsewhere.
 */
export interface CloseRecall {
  vehicle_id: string;
  recall_id: string;
  visit_id?: string | null;
}
/**
 * Two records are one car, such as when a VIN is typed later.
 */
export interface MergeVehicles {
  keep_id: string;
  merge_id: string;
  reason?: string | null;
}
/**
 * A car is entered, by VIN or plate. The same VIN joins the known car; another owner goes to review.
 */
export interface RegisterVehicle {
  vehicle_id: string;
  make: string;
  model: string;
  energy: Energy;
  vin?: string | null;
  plate?: string | null;
  model_year?: number | null;
  colour?: string | null;
  engine_no?: string | null;
  owner_id?: string | null;
  purchased_on?: string | null;
  odometer_km?: number | null;
}
/**
 * The records were not one car after all: what was typed since the merge stays with the one that was kept.
 */
export interface UnmergeVehicle {
  merge_id: string;
}
/**
 * Changes only what the person changed, with what they saw.
 */
export interface UpdateVehicle {
  vehicle_id: string;
  changes: VehicleChanges;
}
/**
 * Scalar changes, each with what the person saw.
 */
export interface VehicleChanges {
  vin?: {
    from: string | null;
    to: string | null;
  } | null;
  plate?: {
    from: string | null;
    to: string | null;
  } | null;
  make?: {
    from: string | null;
    to: string | null;
  } | null;
  model?: {
    from: string | null;
    to: string | null;
  } | null;
  model_year?: {
    from: number | null;
    to: number | null;
  } | null;
  colour?: {
    from: string | null;
    to: string | null;
  } | null;
  energy?: {
    from: Energy | null;
    to: Energy | null;
  } | null;
  engine_no?: {
    from: string | null;
    to: string | null;
  } | null;
  purchased_on?: {
    from: string | null;
    to: string | null;
  } | null;
  insurance_expires_on?: {
    from: string | null;
    to: string | null;
  } | null;
}
/**
 * What the customer says is wrong, in the customer's own words (客户原话).
 */
export interface AddConcern {
  visit_id: string;
  concern_id: string;
  words: string;
  condition?: string | null;
  frequency?: string | null;
}
/**
 * A pin on the car drawing, with photos; `known` when it was there at the last visit.
 */
export interface AddDamage {
  visit_id: string;
  damage_id: string;
  panel: string;
  kind: DamageKind;
  severity: Severity;
  x: number;
  y: number;
  photos: string[];
  known: boolean;
}
/**
 * Maintenance advice: what to do next, by distance, by date, or both.
 */
export interface Advise {
  visit_id: string;
  advice_id: string;
  text: string;
  next_km?: number | null;
  next_on?: string | null;
}
/**
 * A technician gets the job; the first assignment moves the visit to `assigned`.
 */
export interface AssignVisit {
  visit_id: string;
  technician_id: {
    from: string | null;
    to: string | null;
  };
}
/**
 * The car leaves without work; not after settlement.
 */
export interface CancelVisit {
  visit_id: string;
  reason: string;
}
/**
 * A car comes in. A second tablet that opens the same car before settling joins the first visit.
 */
export interface OpenVisit {
  visit_id: string;
  vehicle_id: string;
  customer_id: string;
  kind: VisitKind;
  payer: Payer;
  appointment_id?: string | null;
  comeback_of?: string | null;
  local_number?: string | null;
}
/**
 * When the car will be ready; the customer is told.
 */
export interface PromiseReady {
  visit_id: string;
  ready_at: {
    from: string | null;
    to: string | null;
  };
  reason?: string | null;
}
/**
 * What was read and agreed at the car. The odometer never goes down unless a correction says why.
 */
export interface RecordWalkaround {
  visit_id: string;
  odometer_km: number;
  energy_pct: number;
  warning_lamps: string[];
  belongings: string[];
  old_parts: OldParts;
  wash: boolean;
  valuables_reminded: boolean;
  key_tag?: string | null;
  parking_place?: string | null;
  correction?: Correction | null;
}
/**
 * Why an odometer reading may lower the known value.
 */
export interface Correction {
  reason: string;
}
/**
 * The customer gets a new link to the visit; the old one stops working.
 */
export interface RenewLink {
  visit_id: string;
}
/**
 * The customer's link stops working.
 */
export interface RevokeLink {
  visit_id: string;
}
/**
 * How an inspection item was graded when it was last looked at; value and unit where it was measured.
 */
export interface PastMeasure {
  grade: Grade;
  value: string | null;
  unit: string | null;
  at: string;
}
/**
 * A point of a drawn line: pixels, milliseconds since the first point, pressure 0–1.
 */
export interface StrokePoint {
  x: number;
  y: number;
  t: number;
  p: number;
}

export type Kind = keyof Rows
export type CommandName = keyof CommandFields

/** A drawn signature: the pad's size in pixels, and its lines. */
export type Strokes = { width: number; height: number; lines: StrokePoint[][] }

/** The groups of fields that a role does not see; its tablets do not get them. */
export const HIDDEN: Record<string, readonly string[]> = {
  "manager": [],
  "advisor": [],
  "technician": ["contact", "remarks", "link"],
  "inspector": ["contact", "remarks", "link"],
  "crm": [],
  "claims": ["remarks", "link"],
  "admin": ["contact", "remarks", "link"],
}

/** What stands for a field that was not given. */
export const EMPTY: Partial<Record<Kind, Readonly<Record<string, null | []>>>> = {
  "customers": {"address": null, "birthday_on": null, "channels": null, "consents": [], "contact_stop": null, "email": null, "notes": [], "phones": [], "preferred_channel": null, "quiet": null, "tags": []},
  "merge_proposals": {"evidence": []},
}

/** The fields of each command that hold ids it creates. */
export const MAKES: Partial<Record<CommandName, readonly string[]>> = {
  "appointment.book": ["appointment_id"],
  "complaint.open": ["complaint_id"],
  "complaint.step": ["step_id"],
  "customer.add_note": ["note_id"],
  "customer.register": ["customer_id"],
  "estimate.add_line": ["line_id"],
  "estimate.ask": ["question_id"],
  "finding.record": ["finding_id"],
  "handover.amend": ["amendment_id"],
  "handover.sign": ["signature_id"],
  "photo.add": ["photo_id"],
  "repair.clock_on": ["work_id"],
  "repair.note": ["note_id"],
  "repair.use_part": ["usage_id"],
  "report.publish": ["report_id"],
  "settlement.issue": ["settlement_id"],
  "settlement.record_payment": ["payment_id"],
  "survey.answer": ["survey_id"],
  "survey.record_call": ["call_id"],
  "vehicle.add_recall": ["recall_id"],
  "vehicle.register": ["vehicle_id"],
  "visit.add_concern": ["concern_id"],
  "visit.add_damage": ["damage_id"],
  "visit.advise": ["advice_id"],
  "visit.open": ["visit_id"],
}

/** Who may do what: role to patterns; `!` takes away what an earlier pattern gave. */
export const ROLES: Record<string, readonly string[]> = {
  "manager": ["*"],
  "advisor": ["*", "!quality.*", "!*.merge", "!*.unmerge", "!customer.restrict", "!customer.lift_restriction"],
  "technician": ["finding.*", "photo.*", "visit.add_damage", "repair.*"],
  "inspector": ["quality.*", "finding.*", "photo.*"],
  "crm": ["customer.*", "appointment.*", "review.*", "survey.*", "complaint.*", "estimate.answer", "message.*"],
  "claims": ["vehicle.add_recall", "vehicle.close_recall", "handover.amend"],
  "admin": ["customer.restrict", "customer.lift_restriction"],
  "link": ["estimate.decide", "estimate.ask", "survey.answer", "customer.set_consent", "customer.set_contact", "customer.restrict", "appointment.book", "push.*"],
  "integration": [],
}

/** What a key of another program may be given. */
export const SCOPES = ["visits:read", "estimates:read", "vehicles:read", "vehicles:write", "customers:read", "customers:contact", "customers:write", "appointments:read", "appointments:write", "catalog:read", "messages:read", "complaints:read", "complaints:write", "surveys:write", "photos:read"] as const

export const MAY_STOP_CONTACT: readonly string[] = ["manager", "crm"]
export const MAY_READ_RECORDS: readonly string[] = ["manager", "claims", "admin"]
export const MAY_SEE_STORED: readonly string[] = ["manager", "claims", "admin"]
export const MAY_ASK_EXPORT: Record<string, readonly string[]> = {
  "records-health": ["manager", "claims", "admin"],
  "records-warranty": ["manager", "claims", "admin"],
  "customer-archive": ["manager", "crm"],
  "customer-list": ["manager", "crm"],
}
export const MAY_APPROVE_EXPORT: readonly string[] = ["manager", "admin"]
