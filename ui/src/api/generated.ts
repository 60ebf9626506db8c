// Written by `cargo xtask codegen` from crates/sluice-api. Do not edit: change the views or the list of commands there.
// Moments are RFC 3339 texts in UTC. Spans are seconds, unless the field says otherwise.

/** Every command with what it is asked and what it answers. */
export interface Commands {
  /** The rail's counters, its foot and the tray. */
  shell: { request: Nothing; response: Shell };
  /** The page to begin with: where a deep link, a notification or the last session points. Given once. */
  startPage: { request: Nothing; response: StartPage };
  /** Looks for new commits and tags now. It answers at once; events tell how it goes on. */
  checkNow: { request: CheckRequest; response: CheckStarted };
  /** Ends a look that is under way; what was found stays. */
  stopChecking: { request: Nothing; response: Nothing };
  /** Pauses everything: nothing is released by itself until it ends. Looking goes on, and a person may release. */
  pauseAll: { request: PauseRequest; response: Nothing };
  /** Ends the pause of everything. */
  resumeAll: { request: Nothing; response: Nothing };
  /** Opens the vault: the operating system asks the person to unlock its keychain, an encrypted file takes its passphrase. */
  unlockKeychain: { request: UnlockRequest; response: Nothing };
  /** Keeps secrets somewhere else from now on, and takes along those that can be read. */
  chooseVault: { request: ChooseVaultRequest; response: VaultMoved };
  /** Opens an https address in the person's browser, after a check. */
  openLink: { request: OpenLinkRequest; response: Nothing };
  /** Lets the person pick a folder in the desktop's own dialog. */
  pickFolder: { request: Nothing; response: PickedFolder };
  /** Everything that wants a decision, by why it waits. */
  inbox: { request: Nothing; response: Inbox };
  /** Puts versions off: no notification and no counter until then. */
  snooze: { request: SnoozeRequest; response: Nothing };
  /** The table of policies. */
  images: { request: Nothing; response: Images };
  /** The views of the table that the person keeps. */
  savedViews: { request: Nothing; response: SavedViews };
  /** Keeps these views, in this order, instead of the ones before. */
  keepViews: { request: SavedViews; response: SavedViews };
  /** A policy: rule, choice, gates, markers, automations. */
  policy: { request: PolicyRequest; response: PolicyPage };
  /** The tag timeline of a policy. */
  timeline: { request: PolicyRequest; response: Timeline };
  /** What of a policy runs in each cluster, and since when. Apart from the timeline, because a cluster may be slow. */
  policyClusters: { request: PolicyRequest; response: PolicyClusters };
  /** One tag: digest, size, platforms, labels. The registry is asked once for each digest. */
  tag: { request: TagRequest; response: TagDetail };
  /** Why brushed tags were passed over, and what one change of the policy would choose of them. */
  whyNot: { request: WhyNotRequest; response: WhyNot };
  /** The why chain: nine steps from scanned to running. */
  why: { request: WhyRequest; response: Why };
  /** What happened to a policy, newest first. */
  policyHistory: { request: HistoryRequest; response: PolicyHistory };
  /** Who signed commits, by the keys on record now. A commit stays what it is, so only other keys, other settings and a fetch change the answer. */
  signatures: { request: SignaturesRequest; response: Signatures };
  /** Tries a rule on the tags that are known. Nothing is saved. */
  tryPolicy: { request: TrialRequest; response: Trial };
  /** Holds policies at a version. */
  hold: { request: HoldRequest; response: Nothing };
  /** Lifts a person's hold of a policy; a hold in Git is lifted there. */
  liftHold: { request: PolicyRequest; response: Nothing };
  /** Sets how much an automation may do. */
  setMode: { request: ModeRequest; response: Nothing };
  /** Pauses an automation. */
  pauseAutomation: { request: PauseAutomationRequest; response: Nothing };
  /** Ends a person's pause of an automation. */
  resumeAutomation: { request: AutomationId; response: Nothing };
  /** Plans and opens a sheet. Nothing is written. A remote that cannot be asked is planned on as it was last seen. */
  openReview: { request: ReviewRequest; response: Review };
  /** A sheet as it is now. When its branch moved it is planned again: look at each plan's `freshness`. */
  review: { request: ReviewId; response: Review };
  /** Fetches the branches, plans again and keeps only the named changes. */
  replan: { request: ReplanRequest; response: Review };
  /** Commits and pushes what the sheet shows. It answers once the releases are written down; events tell how they go on. */
  release: { request: ReleaseRequest; response: ReleasesStarted };
  /** Throws a sheet away. */
  discardReview: { request: ReviewId; response: Nothing };
  /** The queue and the history, newest first. */
  releases: { request: ReleasesRequest; response: Releases };
  /** One release with its trail and diff. */
  releaseDetail: { request: ReleaseId; response: ReleaseDetail };
  /** Tries a failed release again: a new plan of the same changes, opened as a sheet. */
  retryRelease: { request: ReleaseId; response: Review };
  /** Git remotes and registries, and how each is. */
  sources: { request: Nothing; response: Sources };
  /** A Git remote with everything in it. */
  source: { request: SourceRequest; response: SourceDetail };
  /** Adds a Git remote or folder, read-only. It answers once the repository was read; then tags are looked for, and events tell how that goes on. */
  addSource: { request: AddSourceRequest; response: SourceAdded };
  /** What was found in a source so far. */
  found: { request: SourceRequest; response: Found };
  /** Forgets a source: its mirror, tags and choices go; releases and the audit log stay. */
  removeSource: { request: SourceRequest; response: Nothing };
  /** Allows or forbids writing to a repository. */
  allowWriting: { request: WritingRequest; response: Nothing };
  /** Says by which further addresses a repository is known, such as the one that a cluster reads it from. */
  setKnownAs: { request: KnownAsRequest; response: Nothing };
  /** Tests a remote now: reach it, sign in, read, and whether it would let us write. */
  testRemote: { request: TestRequest; response: TestResult };
  /** Starts the built-in demo and adds it. */
  startDemo: { request: Nothing; response: SourceAdded };
  /** What is wrong, the worst first. */
  diagnoses: { request: DiagnosesRequest; response: Diagnoses };
  /** Apps over environments: what of each policy runs in each cluster. */
  apps: { request: Nothing; response: Apps };
  /** The clusters, and how each is. One that is not kept up with is asked now. */
  clusters: { request: Nothing; response: Clusters };
  /** A cluster with everything in it. */
  cluster: { request: ClusterId; response: ClusterDetail };
  /** The contexts of the person's kubeconfigs. */
  contexts: { request: Nothing; response: Contexts };
  /** Connects a cluster. It is only added when its API server answers. */
  addCluster: { request: AddClusterRequest; response: ClusterRow };
  /** Forgets a cluster: nothing there is changed. */
  removeCluster: { request: ClusterId; response: Nothing };
  /** Asks an object's controller to begin at once, its source's first where that is wanted. */
  reconcileInCluster: { request: ReconcileRequest; response: Nothing };
  /** Pauses an object's controller in a cluster, or lets it go on. */
  suspendInCluster: { request: SuspendRequest; response: Nothing };
  /** Works out what a hand-over, an apply, an export or a bootstrap would do. Nothing is changed. */
  propose: { request: ProposalRequest; response: Proposal };
  /** A proposal as it is now. */
  proposal: { request: ProposalId; response: Proposal };
  /** Does what a proposal shows. It answers once that began; events tell how it goes on. */
  carryOut: { request: CarryOutRequest; response: Proposal };
  /** Stops what is being done, where it can be stopped. It answers at once; events tell when it has ended. */
  stopProposal: { request: ProposalId; response: Proposal };
  /** Throws a proposal away. */
  discardProposal: { request: ProposalId; response: Nothing };
  /** The workloads of a source that can be brought under a policy. */
  exportables: { request: SourceRequest; response: Exportables };
  /** What Sluice keeps, and what was found on this computer. */
  credentials: { request: Nothing; response: Credentials };
  /** Tries a credential and keeps it in the keychain. */
  addCredential: { request: AddCredentialRequest; response: CredentialAdded };
  /** What the Flux of a cluster signs in with, and how each stands to what is kept. Secrets are read there, nothing is kept; it is an action because nobody wants a cluster's Secrets read again by themselves. */
  lookForClusterCredentials: { request: ClusterCredentialsRequest; response: ClusterCredentials };
  /** Keeps what the Flux of a cluster signs in with. */
  importClusterCredentials: { request: ImportCredentialsRequest; response: ClusterCredentials };
  /** Tests a kept credential now. */
  testCredential: { request: CredentialId; response: TestResult };
  /** Removes a credential from the keychain. */
  removeCredential: { request: CredentialId; response: Nothing };
  /** Makes a deploy key and keeps it in the keychain. Its public half is to be registered at the Git host. */
  generateKey: { request: GenerateKeyRequest; response: KeyMade };
  /** Writes a key into a connected cluster, as the Secret that Flux reads. */
  exportKey: { request: ExportKeyRequest; response: KeyInCluster };
  /** Registers a key at GitHub, GitLab, Gitea or Forgejo; one that may only read there is allowed to write. */
  registerKey: { request: RegisterKeyRequest; response: KeyAtHost };
  /** Asks the Git host whether it knows a key, and whether that may write. */
  checkKey: { request: KeyRequest; response: KeyAtHost };
  /** The host keys that were trusted in Sluice. */
  trustedHosts: { request: Nothing; response: HostKeys };
  /** Asks a server for its host keys, and compares them with what is on record and what the host publishes. */
  scanHost: { request: HostRequest; response: HostKeys };
  /** Trusts host keys whose fingerprints a person compared. */
  trustHost: { request: TrustHostRequest; response: HostKeys };
  /** Forgets the host keys of a server that were trusted in Sluice. */
  forgetHost: { request: HostRequest; response: Nothing };
  /** The audit log, newest first. */
  activity: { request: ActivityRequest; response: Activity };
  /** The settings. */
  settings: { request: Nothing; response: Settings };
  /** Changes settings: only what is given. The file keeps its comments. */
  changeSettings: { request: SettingsChange; response: Settings };
  /** What this program is and where it keeps things. */
  about: { request: Nothing; response: About };
}

/** The name of a command. */
export type CommandName = keyof Commands;

/**
 * What each command has to do with the cache. A query's answer is made of `reads`; after an action, answers
 * made of `spoils` are stale. See the event `stale` for what becomes stale by itself.
 */
export const commands = {
  shell: { kind: "query", reads: ["shell"], spoils: [] },
  startPage: { kind: "query", reads: [], spoils: [] },
  checkNow: { kind: "action", reads: [], spoils: ["shell"] },
  stopChecking: { kind: "action", reads: [], spoils: ["shell"] },
  pauseAll: { kind: "action", reads: [], spoils: ["shell", "inbox", "images", "policy"] },
  resumeAll: { kind: "action", reads: [], spoils: ["shell", "inbox", "images", "policy"] },
  unlockKeychain: { kind: "action", reads: [], spoils: ["shell", "sources", "credentials"] },
  chooseVault: { kind: "action", reads: [], spoils: ["shell", "sources", "credentials", "activity"] },
  openLink: { kind: "action", reads: [], spoils: [] },
  pickFolder: { kind: "action", reads: [], spoils: [] },
  inbox: { kind: "query", reads: ["inbox"], spoils: [] },
  snooze: { kind: "action", reads: [], spoils: ["shell", "inbox"] },
  images: { kind: "query", reads: ["images"], spoils: [] },
  savedViews: { kind: "query", reads: ["savedViews"], spoils: [] },
  keepViews: { kind: "action", reads: [], spoils: ["savedViews"] },
  policy: { kind: "query", reads: ["policy"], spoils: [] },
  timeline: { kind: "query", reads: ["tags", "policy"], spoils: [] },
  policyClusters: { kind: "query", reads: ["clusters", "releases"], spoils: [] },
  tag: { kind: "query", reads: ["tags"], spoils: [] },
  whyNot: { kind: "query", reads: ["tags", "policy"], spoils: [] },
  why: { kind: "query", reads: ["policy", "tags", "releases", "sources"], spoils: [] },
  policyHistory: { kind: "query", reads: ["policy"], spoils: [] },
  signatures: { kind: "query", reads: ["credentials", "settings", "sources"], spoils: [] },
  tryPolicy: { kind: "query", reads: ["tags", "policy"], spoils: [] },
  hold: { kind: "action", reads: [], spoils: ["shell", "inbox", "images", "policy", "review", "activity"] },
  liftHold: { kind: "action", reads: [], spoils: ["shell", "inbox", "images", "policy", "review", "activity"] },
  setMode: { kind: "action", reads: [], spoils: ["shell", "inbox", "images", "policy", "review", "sources", "activity"] },
  pauseAutomation: { kind: "action", reads: [], spoils: ["shell", "inbox", "images", "policy", "sources", "activity"] },
  resumeAutomation: { kind: "action", reads: [], spoils: ["shell", "inbox", "images", "policy", "sources", "activity"] },
  openReview: { kind: "action", reads: [], spoils: [] },
  review: { kind: "query", reads: ["review"], spoils: [] },
  replan: { kind: "action", reads: [], spoils: ["review"] },
  release: { kind: "action", reads: [], spoils: ["shell", "inbox", "images", "policy", "releases", "review", "activity"] },
  discardReview: { kind: "action", reads: [], spoils: ["review"] },
  releases: { kind: "query", reads: ["releases"], spoils: [] },
  releaseDetail: { kind: "query", reads: ["releases"], spoils: [] },
  retryRelease: { kind: "action", reads: [], spoils: [] },
  sources: { kind: "query", reads: ["sources"], spoils: [] },
  source: { kind: "query", reads: ["sources", "diagnoses"], spoils: [] },
  addSource: { kind: "action", reads: [], spoils: ["shell", "sources", "inbox", "images", "diagnoses", "activity"] },
  found: { kind: "query", reads: ["sources", "diagnoses", "images"], spoils: [] },
  removeSource: { kind: "action", reads: [], spoils: ["shell", "sources", "inbox", "images", "policy", "diagnoses", "activity"] },
  allowWriting: { kind: "action", reads: [], spoils: ["shell", "sources", "inbox", "images", "policy", "review", "activity"] },
  setKnownAs: { kind: "action", reads: [], spoils: ["shell", "sources", "inbox", "images", "policy", "releases", "review", "clusters", "activity"] },
  testRemote: { kind: "action", reads: [], spoils: ["shell", "sources", "credentials"] },
  startDemo: { kind: "action", reads: [], spoils: ["shell", "sources", "inbox", "images", "diagnoses", "activity"] },
  diagnoses: { kind: "query", reads: ["diagnoses"], spoils: [] },
  apps: { kind: "query", reads: ["clusters", "images"], spoils: [] },
  clusters: { kind: "query", reads: ["clusters"], spoils: [] },
  cluster: { kind: "query", reads: ["clusters"], spoils: [] },
  contexts: { kind: "query", reads: ["clusters"], spoils: [] },
  addCluster: { kind: "action", reads: [], spoils: ["clusters", "shell", "activity"] },
  removeCluster: { kind: "action", reads: [], spoils: ["clusters", "shell", "activity"] },
  reconcileInCluster: { kind: "action", reads: [], spoils: ["clusters", "activity"] },
  suspendInCluster: { kind: "action", reads: [], spoils: ["clusters", "activity"] },
  propose: { kind: "action", reads: [], spoils: [] },
  proposal: { kind: "query", reads: ["proposals"], spoils: [] },
  carryOut: { kind: "action", reads: [], spoils: ["proposals"] },
  stopProposal: { kind: "action", reads: [], spoils: ["proposals"] },
  discardProposal: { kind: "action", reads: [], spoils: [] },
  exportables: { kind: "query", reads: ["sources"], spoils: [] },
  credentials: { kind: "query", reads: ["credentials"], spoils: [] },
  addCredential: { kind: "action", reads: [], spoils: ["shell", "credentials", "sources", "activity"] },
  lookForClusterCredentials: { kind: "action", reads: [], spoils: [] },
  importClusterCredentials: { kind: "action", reads: [], spoils: ["shell", "credentials", "sources", "activity"] },
  testCredential: { kind: "action", reads: [], spoils: ["credentials", "sources"] },
  removeCredential: { kind: "action", reads: [], spoils: ["shell", "credentials", "sources", "activity"] },
  generateKey: { kind: "action", reads: [], spoils: ["shell", "credentials", "sources", "activity"] },
  exportKey: { kind: "action", reads: [], spoils: ["activity"] },
  registerKey: { kind: "action", reads: [], spoils: ["shell", "credentials", "sources", "activity"] },
  checkKey: { kind: "action", reads: [], spoils: [] },
  trustedHosts: { kind: "query", reads: ["credentials"], spoils: [] },
  scanHost: { kind: "action", reads: [], spoils: [] },
  trustHost: { kind: "action", reads: [], spoils: ["shell", "credentials", "sources", "activity"] },
  forgetHost: { kind: "action", reads: [], spoils: ["shell", "credentials", "sources", "activity"] },
  activity: { kind: "query", reads: ["activity"], spoils: [] },
  settings: { kind: "query", reads: ["settings"], spoils: [] },
  changeSettings: { kind: "action", reads: [], spoils: ["settings", "shell", "inbox", "images", "policy"] },
  about: { kind: "query", reads: ["settings"], spoils: [] },
} as const satisfies Record<
  CommandName,
  { kind: "query" | "action"; reads: readonly CacheTag[]; spoils: readonly CacheTag[] }
>;

/** The names of the commands that ask. */
export type QueryName = {
  [Name in CommandName]: (typeof commands)[Name]["kind"] extends "query" ? Name : never;
}[CommandName];

/** The names of the commands that act. */
export type ActionName = Exclude<CommandName, QueryName>;

/** What this program is and where it keeps things. */
export type About = {
  /** Its version. */
  version: string;
  /** Operating system and architecture, such as `linux x86_64`. */
  platform: string;
  /** The settings file. */
  settingsFile: string;
  /** The folder of the database. */
  dataFolder: string;
  /** The folder of the mirrors; it may be deleted. */
  cacheFolder: string;
  /** Bytes of the database. */
  dataSize: number;
  /** Bytes of the mirrors. */
  cacheSize: number;
};

/** A part of the log, newest first. */
export type Activity = {
  /** The entries. */
  entries: Array<ActivityEntry>;
  /** There are older ones. */
  hasMore: boolean;
};

/** One entry. */
export type ActivityEntry = {
  /** Its number; they grow. */
  id: number;
  /** When. */
  at: string;
  /** Who. */
  who: Starter;
  /** What: a stable kebab-case word such as `released`, `source-added`. */
  action: string;
  /** To what. */
  subject: string;
  /** More about it; never a secret. */
  detail: string;
  /** Where to look at it. */
  page: Page | null;
};

/** Which entries. */
export type ActivityRequest = {
  /** Only those whose subject, action or person holds this text. */
  text?: string;
  /** Only those older than this entry. */
  before?: number;
  /** At most so many; at most 500, 100 when absent. */
  limit?: number;
};

/** Connects a cluster. */
export type AddClusterRequest = {
  /** The context. */
  context: string;
  /** A name of its own. */
  name?: string;
  /** Never ask its Flux for anything. */
  isReadOnly: boolean;
};

/** Keeps a credential in the keychain, after it was tried. */
export type AddCredentialRequest = {
  /** What it is for. */
  kind: CredentialKind;
  /** `host[:port][/path]`. */
  target: string;
  /** The user name; empty for a bearer token or a key. */
  username: string;
  /** The password, token or private key. */
  secret: SecretInput;
  /** The private key's passphrase. */
  passphrase?: SecretInput;
  /** What some kinds need besides. */
  details?: CredentialDetails;
  /** Keep it even when the remote refuses it or cannot be reached. */
  keepUntested: boolean;
};

/** Adds a Git remote, read-only. */
export type AddSourceRequest = {
  /** A Git address (https, ssh, `git@host:path`) or a folder's path. */
  address: string;
  /** Its short name; absent takes the last part of the address. */
  name?: string;
  /** The branch to read; absent takes the remote's own. */
  branch?: string;
};

/** The agent: what runs in the background. */
export type Agent = {
  /** It runs in this process; otherwise another process of this user does the work. */
  isHere: boolean;
  /** The process that does the work, where it is another one. */
  elsewhere: string | null;
  /** Everything is paused; nothing while it is not. */
  paused: Pause | null;
  /** When something is next looked at; nothing while nobody works or there is nothing to look at. */
  nextCheckAt: string | null;
  /** What is being done now. */
  working: Working | null;
};

/** A cell of the matrix. */
export type AppCell = {
  /** The versions that run, without doubles. */
  running: Array<string>;
  /** Since when, where Sluice has released it. */
  since: string | null;
  /** How it is. */
  health: Health;
  /** Pods that are ready. */
  ready: number;
  /** Pods that there should be. */
  wanted: number;
  /** How many releases what runs is behind what stands in Git. */
  behind: number;
  /** Its sync is suspended. */
  isSuspended: boolean;
  /** Why it does not go on by itself, in one word of Kubernetes' or Flux's: `ImagePullBackOff`, `BuildFailed`, … */
  reason: string | null;
  /** What keeps it from what stands in Git; empty while nothing does. */
  words: string;
};

/** A row of the matrix. */
export type AppRow = {
  /** The policy. */
  policy: ObjectRef;
  /** What stands in Git. */
  inGit: string | null;
  /** What would come next. */
  candidate: string | null;
  /** It waits for a person. */
  isReady: boolean;
  /** It is held. */
  isHeld: boolean;
  /** One a column; nothing where it is not deployed there. */
  cells: Array<AppCell | null>;
};

/** What a person says about gates that a person can open. */
export type Approval = "given" | "urgent";

/** Apps over environments. */
export type Apps = {
  /** The columns: one a cluster. */
  environments: Array<Environment>;
  /** The rows: one a policy. */
  rows: Array<AppRow>;
};

/** Who a commit names. */
export type Author = {
  /** Name; perhaps empty. */
  name: string;
  /** Address. */
  email: string;
};

/** An automation. */
export type Automation = {
  /** Which. */
  automation: ObjectRef;
  /** The mode that counts. */
  mode: Mode;
  /** The freest mode that the team's rule in Git allows; nothing when there is no rule. */
  most: Mode | null;
  /** It is suspended in Git. */
  isSuspended: boolean;
  /** A person paused it. */
  paused: Pause | null;
  /** The branch that is pushed. */
  branch: string;
  /** The path that is updated. */
  path: string;
  /** Seconds between runs. */
  interval: number;
  /** Policies that its markers name. */
  policies: number;
  /** The last run. */
  lastRun: string | null;
  /** What came of it. */
  outcome: string | null;
  /** The next run. */
  nextRun: string | null;
  /** Who else writes it: Sluice then only observes. */
  writer: WriterInCluster | null;
};

/** An automation is named. */
export type AutomationId = {
  /** Which. */
  automation: ObjectRef;
};

/** A span of time to be tinted. */
export type Band = {
  /** What it shows. */
  kind: BandKind;
  /** Its begin. */
  from: string;
  /** Its end. */
  to: string;
};

/** The kinds of bands. */
export type BandKind = "coolDown" | "closed";

/** The tries in one part of the last day. */
export type Beat = {
  /** Tries that succeeded. */
  fine: number;
  /** Tries that failed. */
  failed: number;
};

/** Why a change is in a plan. */
export type Because =
  | {
      by: "rule";
      /** The kind of the rule. */
      rule: RuleKind;
      /** Its range or order. */
      value: string;
    }
  | {
      by: "person";
    }
  | {
      by: "unknown";
    };

/**
 * What answers are made of and what actions spoil. A command says which tags it reads or spoils; an event says which
 * have gone stale. The UI asks again for what it shows and nothing polls.
 */
export type CacheTag =
  | "shell"
  | "inbox"
  | "images"
  | "policy"
  | "tags"
  | "review"
  | "releases"
  | "sources"
  | "credentials"
  | "diagnoses"
  | "activity"
  | "settings"
  | "savedViews"
  | "clusters"
  | "proposals";

/** A person's yes to a proposal. */
export type CarryOutRequest = {
  /** The proposal. */
  proposal: string;
  /** The commit message as the person left it, where there is one. */
  message?: string;
};

/** One change of a plan: what one policy (or one fix) does. */
export type Change = {
  /** Names it within the plan. */
  change: string;
  /** The policy; nothing for fixes. */
  policy: ObjectRef | null;
  /** What it is called. */
  title: string;
  /** From which version to which, where it is one. */
  version: VersionMove | null;
  /** One or two sentences: why. */
  reason: string;
  /** The same as a code. */
  because: Because;
  /** Its edits behind markers, by place. */
  edits: Array<Edit>;
  /** The fields of the policy itself that it writes. */
  fields: Array<FieldChange>;
  /** The closed gates of this change alone. */
  gates: Array<Gate>;
};

/** The gates of the sheet, in their order. */
export type CheckKind =
  | "review"
  | "coolDown"
  | "window"
  | "hold"
  | "downgrade"
  | "conflict"
  | "failure"
  | "writeAccess";

/** Asks for a look now. */
export type CheckRequest = {
  /** What is looked at. */
  scope: CheckScope;
};

/** What is looked at by "check now". */
export type CheckScope =
  | {
      what: "all";
    }
  | {
      what: "source";
      /** Which. */
      source: string;
    }
  | {
      what: "policy";
      /** Which. */
      policy: ObjectRef;
    }
  | {
      what: "registry";
      /** `host[:port]`. */
      host: string;
    };

/** A look began. Events tell how it goes on. */
export type CheckStarted = {
  /** Remotes and images that are asked; 0 when all of them are being asked already. */
  asked: number;
};

/** How a gate of the sheet is. */
export type CheckState = "open" | "opensWithRelease" | "opensUrgently" | "closed" | "unknown";

/** Keeps secrets somewhere else from now on. */
export type ChooseVaultRequest = {
  /** Where. */
  place: VaultPlace;
  /** What opens the encrypted file; at least eight characters. */
  passphrase?: SecretInput;
};

/** A login in a Secret that Flux reads. */
export type ClusterCredential = {
  /** The Secret, `namespace/name`. */
  secret: string;
  /** The objects that name it, such as `GitRepository flux-system/fleet`. */
  usedBy: Array<string>;
  /** What it is for; nothing for a Secret that cannot be used. */
  kind: CredentialKind | null;
  /** Where it is used; empty for a Secret that cannot be used. */
  target: string;
  /** How it stands. */
  state: ClusterCredentialState;
  /** Why it cannot be used, or what is to be known of it; perhaps empty. */
  words: string;
};

/** How a login in a cluster stands to what is kept here. */
export type ClusterCredentialState = "new" | "kept" | "imported" | "unusable";

/** What the Flux of a cluster signs in with. */
export type ClusterCredentials = {
  /** One login each. */
  credentials: Array<ClusterCredential>;
};

/** Looks at what the Flux of a cluster signs in with. */
export type ClusterCredentialsRequest = {
  /** The cluster. */
  cluster: string;
};

/** A cluster with everything in it. */
export type ClusterDetail = {
  /** How it is reached. */
  cluster: ClusterRow;
  /** Flux's objects, sources first. */
  objects: Array<LiveRow>;
  /** Workloads, those that are not well first. */
  workloads: Array<WorkloadRow>;
  /** What Git says and the cluster does not, and the other way round. */
  differences: Array<DifferenceRow>;
  /** Flux is there. */
  hasFlux: boolean;
  /** The Kustomizations of the sources, which can be applied where no Flux is. */
  kustomizations: Array<ObjectRef>;
  /** What may be a source by an address that it is not known by. */
  lookalikes: Array<LookalikeRow>;
};

/** Names a cluster. */
export type ClusterId = {
  /** Its name in the settings. */
  cluster: string;
};

/** A cluster. */
export type ClusterRow = {
  /** Its name in the settings. */
  cluster: string;
  /** The context in the kubeconfig. */
  context: string;
  /** The API server's version. */
  version: string | null;
  /** How long a small request takes, in milliseconds. */
  latency: number | null;
  /** Only these namespaces are read; all where there is none. */
  namespaces: Array<string>;
  /** Nothing is ever asked of its Flux. */
  isReadOnly: boolean;
  /** How it is. */
  health: Health;
  /** What is wrong, in English; empty while nothing is. */
  words: string;
  /** When it answered last. */
  lastSuccess: string | null;
  /** Objects of Flux. */
  objects: number;
  /** Workloads. */
  workloads: number;
  /** Pods. */
  pods: number;
  /** What may not be read, in the API server's words. */
  gaps: Array<string>;
};

/** Every cluster that is connected. */
export type Clusters = {
  /** By name. */
  clusters: Array<ClusterRow>;
};

/** The signature of a commit. */
export type CommitSignature = {
  /** The commit, as it was asked for. */
  commit: string;
  /** What the signature is worth. */
  state: SignatureState;
  /** Its kind; nothing where there is none or it cannot be read. */
  kind: SignatureKind | null;
  /** The key that it names: a fingerprint, or its end; perhaps empty. */
  key: string;
  /** Whose key that is, where it is on record; perhaps empty. */
  by: string;
  /** One sentence in English. */
  words: string;
};

/** A context. */
export type ContextRow = {
  /** Its name. */
  context: string;
  /** The API server's address. */
  server: string;
  /** The user's name in the file. */
  user: string | null;
  /** It is kubectl's current one. */
  isCurrent: boolean;
  /** It is connected already, by this name. */
  cluster: string | null;
};

/** The contexts of the person's kubeconfigs. */
export type Contexts = {
  /** In the order of the files. */
  contexts: Array<ContextRow>;
};

/** The counters in the rail. */
export type Counters = {
  /** Versions that want a decision, and releases that are stuck in a cluster. */
  inbox: number;
  /** Of those, the ones that only wait for a click. */
  ready: number;
  /** Policies. */
  images: number;
  /** Releases under way. */
  releases: number;
  /** Releases that failed or are stuck and nobody has looked after. */
  releasesFailed: number;
  /** Sources that need a person. */
  sourcesAttention: number;
};

/** How far a proposal is. */
export type Course =
  | {
      course: "proposed";
    }
  | {
      course: "running";
      /** Since when. */
      since: string;
      /** Whether it can be stopped. */
      stop: Stop;
    }
  | {
      course: "stopped";
      /** When. */
      at: string;
      /** What is there by now. */
      checks: Array<ProposalCheck>;
    }
  | {
      course: "done";
      /** When. */
      at: string;
      /** The commit that was pushed, where one was. */
      commit: string | null;
      /** What was looked at afterwards. */
      checks: Array<ProposalCheck>;
    }
  | {
      course: "failed";
      /** When. */
      at: string;
      /** Why. */
      error: WireError;
    };

/** A credential that Sluice keeps. */
export type Credential = {
  /** Its id. */
  credential: string;
  /** What it is for. */
  kind: CredentialKind;
  /** `host[:port][/path]`: it is used for everything below. */
  target: string;
  /** The user name; perhaps empty. */
  username: string;
  /** When it was added. */
  createdAt: string;
  /** When it was last used. */
  lastUsed: string | null;
  /** When it ends, where that is known. */
  expiresAt: string | null;
  /** What the remote said of it at the last use; nothing when it worked or was not used. */
  problem: WireError | null;
  /** Its public half, for a key. */
  key: DeployKey | null;
};

/** A credential was kept. */
export type CredentialAdded = {
  /** Its id. */
  credential: string;
  /** What the remote said; nothing when it took it. */
  problem: WireError | null;
};

/** What some kinds of credentials need besides their secret. None of it is secret. */
export type CredentialDetails = {
  /** Where a proxy is: `http://host:port` or `socks5://host:port`. */
  address?: string;
  /** Certificate authorities in PEM, for TLS. */
  caPem?: string;
  /** A certificate in PEM, for TLS; its key is the secret. */
  certificatePem?: string;
  /** A GitHub App; its key is the secret. */
  app?: GitHubAppDetails;
};

/** A credential is named. */
export type CredentialId = {
  /** Its id. */
  credential: string;
};

/** What a credential is for. */
export type CredentialKind = "registry" | "gitHttp" | "gitSsh" | "signing" | "forge" | "tls" | "proxy";

/** Where a credential comes from. */
export type CredentialOrigin = {
  /** The place it is kept in. */
  place: CredentialPlace;
  /** The user name; nothing where there is none. */
  username: string | null;
  /** More about the place, such as the helper's name; perhaps empty. */
  detail: string;
};

/** Where credentials are kept. */
export type CredentialPlace =
  | "anonymous"
  | "keychain"
  | "dockerConfig"
  | "dockerHelper"
  | "gitHelper"
  | "sshAgent"
  | "sshFile"
  | "netrc"
  | "environment";

/** Everything there is. */
export type Credentials = {
  /** What Sluice keeps in the keychain, by target. */
  kept: Array<Credential>;
  /** What was found on this computer, by place. */
  found: Array<FoundCredential>;
};

/** A public key that a remote may be told. */
export type DeployKey = {
  /** Its kind, such as `ECDSA P-521`. */
  algorithm: string;
  /** The public half, as one line of `authorized_keys`. */
  public: string;
  /** `SHA256:…` */
  fingerprint: string;
  /** Where the private half is. */
  origin: CredentialOrigin;
  /** What is known of its right to write. */
  write: WriteAccess;
};

/** A Flux object with its kind. */
export type DiagnosedObject = {
  /** `ImagePolicy`, `ImageUpdateAutomation`, … */
  kind: string;
  /** Which. */
  object: ObjectRef;
};

/** Everything that is wrong, the worst first, then by place. */
export type Diagnoses = {
  /** The diagnoses. */
  diagnoses: Array<Diagnosis>;
};

/** Which diagnoses. */
export type DiagnosesRequest = {
  /** Only of this source. */
  source?: string;
};

/** One thing that is wrong. */
export type Diagnosis = {
  /** Names it as long as it lasts; the same thing keeps its id from check to check. */
  id: string;
  /** The stable kebab-case code. */
  code: DiagnosisCode;
  /** How much it matters. */
  severity: Severity;
  /** A few words. */
  title: string;
  /** The cause, naming the thing. */
  message: string;
  /** What to do. */
  hint: string;
  /** The source it was found in. */
  source: string;
  /** Where, when it has a place in a file. */
  place: FilePlace | null;
  /** The Flux object it concerns, with its kind. */
  object: DiagnosedObject | null;
  /** Names that were probably meant, the nearest first. */
  nearest: Array<string>;
  /** What a click does; nothing when it takes a person elsewhere. */
  remedy: Remedy | null;
};

/** The kinds of diagnoses, as in `sluice lint --explain`. */
export type DiagnosisCode =
  | "yaml-unreadable"
  | "field-missing"
  | "field-invalid"
  | "field-unknown"
  | "duplicate-key"
  | "version-unsupported"
  | "namespace-missing"
  | "substitution"
  | "defined-twice"
  | "no-rule"
  | "several-rules"
  | "policy-invalid"
  | "extract-group-unknown"
  | "filter-unanchored"
  | "filter-matches-nothing"
  | "exclusion-invalid"
  | "interval-absurd"
  | "template-invalid"
  | "team-rule-invalid"
  | "no-image-repository"
  | "access-denied"
  | "access-unknown"
  | "no-git-repository"
  | "git-spec-missing"
  | "push-target-unknown"
  | "push-branch-missing"
  | "checkout-ref-missing"
  | "update-path-missing"
  | "selector-selects-nothing"
  | "suspended"
  | "cluster-writes-markers"
  | "marker-unknown-policy"
  | "marker-not-settable"
  | "marker-uncovered"
  | "marker-foreign-namespace"
  | "marker-not-selected"
  | "marker-two-writers"
  | "marker-without-digest"
  | "marker-missing"
  | "policy-unused"
  | "signing-key-missing"
  | "key-read-only"
  | "host-key-unknown"
  | "host-key-changed"
  | "credentials-refused"
  | "rate-limited"
  | "tag-list-truncated"
  | "push-refused";

/** What differs. */
export type DifferenceKind = "notApplied" | "notInGit" | "differs";

/** A difference between Git and a cluster. */
export type DifferenceRow = {
  /** The source whose files say otherwise. */
  source: string | null;
  /** `ImagePolicy flux-system/app`. */
  object: string;
  /** The file, where one defines it. */
  file: string | null;
  /** What differs. */
  kind: DifferenceKind;
};

/** One edit. */
export type Edit = {
  /** Where, in the file as it is now. */
  place: FilePlace;
  /** What stands there. */
  old: string;
  /** What will stand there. */
  new: string;
  /** The object it stands in, such as `Deployment test/flask-app`; perhaps empty. */
  object: string;
};

/** A column of the matrix. */
export type Environment = {
  /** The cluster. */
  cluster: string;
  /** The revision that its apps were applied at, for people, where it is the same one for all. */
  revision: string | null;
  /** When it answered last. */
  lastSuccess: string | null;
  /** Apps whose sync is suspended there. */
  suspended: number;
  /** Why it cannot be read, in English; empty while it can. */
  words: string;
};

/** The kinds of [`WireError`]. */
export type ErrorCode =
  | "unknownCommand"
  | "invalidRequest"
  | "notFound"
  | "alreadyExists"
  | "planOutdated"
  | "gateClosed"
  | "writingNotAllowed"
  | "busy"
  | "unreachable"
  | "rateLimited"
  | "credentialsRefused"
  | "keyReadOnly"
  | "hostKey"
  | "pushRefused"
  | "keychain"
  | "storage"
  | "settings"
  | "internal";

/** An event. */
export type Event =
  | {
      event: "stale";
      /** Those that read one of these tags … */
      tags: Array<CacheTag>;
      /** … and, where this is given, of requests that name a policy only those that name this one. */
      policy: ObjectRef | null;
      /** The same for requests that name a source. */
      source: string | null;
    }
  | {
      event: "agent";
      /** How it is now: the same as in the answer for the rail. */
      agent: Agent;
    }
  | {
      event: "checking";
      /** Remotes and images answered. */
      done: number;
      /** Remotes and images in all, as far as is known: a commit may bring more. */
      total: number;
      /** It is over, or was called off. */
      isDone: boolean;
    }
  | {
      event: "scanning";
      /** A policy of the image. */
      policy: ObjectRef;
      /** Tags so far. */
      tags: number;
      /** No more come. */
      isDone: boolean;
    }
  | {
      event: "reading";
      /** Which. */
      source: string;
      /** How far it is. */
      stage: ReadingStage;
    }
  | {
      event: "release";
      /** Its id. */
      release: string;
      /** How it is. */
      state: ReleaseState;
      /** The step that was reached. */
      step: TrailKind;
      /** More about it, such as the commit; perhaps empty. */
      words: string;
      /** When. */
      at: string;
    }
  | {
      event: "output";
      /** The proposal. */
      proposal: string;
      /** The line, without secrets. */
      line: string;
    }
  | {
      event: "notification";
      /** What. */
      notification: Notification;
    }
  | {
      event: "show";
      /** Which. */
      page: Page;
    }
  | {
      event: "missed";
    };

/** Writes a key into a connected cluster. */
export type ExportKeyRequest = {
  /** The key: its id, its target, or a source or address that it is used for. */
  place: string;
  /** The cluster. */
  cluster: string;
  /** The namespace of the Secret. */
  namespace: string;
  /** Its name. */
  name: string;
  /** A Secret that is there with other contents gives way. */
  replace: boolean;
};

/** A workload of a source, with one of its images. */
export type Exportable = {
  /** `Deployment/flask-app`. */
  workload: string;
  /** Its namespace, as written; perhaps empty. */
  namespace: string;
  /** The image without tag and digest. */
  image: string;
  /** What stands there. */
  value: string;
  /** The file. */
  path: string;
  /** The line, from 1. */
  line: number;
  /** A marker stands behind it already. */
  isMarked: boolean;
  /** The range of versions that is proposed; nothing where what stands there is no version. */
  range: string | null;
};

/** The workloads of a source that can be brought under a policy. */
export type Exportables = {
  /** By name; one line for each image. */
  workloads: Array<Exportable>;
};

/** A field of a resource that is written. */
export type FieldChange = {
  /** Its path, such as `spec.policy.semver.range`. */
  field: string;
  /** What it says; nothing where it is not written. */
  old: string | null;
  /** What it will say; nothing where it goes. */
  new: string | null;
};

/** A file before and after, for the diff. */
export type FileChange = {
  /** Path from the repository's root. */
  path: string;
  /** The file as it is; bytes that are not UTF-8 are shown as U+FFFD. Empty for a file above 1 MiB: see `diff`. */
  before: string;
  /** The file as it will be. */
  after: string;
  /** The same as `git diff` prints it. */
  diff: string;
  /** Both texts are left out because the file is large. */
  isLarge: boolean;
  /** Bytes before. */
  bytesBefore: number;
  /** Bytes after. */
  bytesAfter: number;
  /** Lines after. */
  lines: number;
  /** Lines that are new or changed. */
  linesAdded: number;
  /** Lines that are gone or changed. */
  linesRemoved: number;
  /** Bytes that differ. */
  bytesChanged: number;
  /** How lines end. */
  lineEnds: LineEnds;
  /** The last line ends with a line end. */
  endsWithNewline: boolean;
};

/** A place in a repository's file. */
export type FilePlace = {
  /** The source whose repository holds the file. */
  source: string;
  /** Path from the repository's root, with `/`. */
  path: string;
  /** Line, from 1. */
  line: number;
  /** Column in characters, from 1. */
  column: number;
};

/** A flag at a tag. */
export type Flag = {
  /** Where the flag stands. */
  tag: string;
  /** Whose it is. */
  owner: FlagOwner;
  /** Since when it stands there. */
  since: string | null;
};

/** Whose flag it is. */
export type FlagOwner =
  | {
      kind: "git";
    }
  | {
      kind: "cluster";
      /** Its name. */
      cluster: string;
    };

/** What was found in a source so far: the page that fills while it is read. */
export type Found = {
  /** The source. */
  source: string;
  /** Its address without credentials. */
  address: string;
  /** How far reading is. */
  stage: ReadingStage;
  /** What was looked through. */
  lookedThrough: LookedThrough;
  /** How many of what. */
  counts: FoundCounts;
  /** What is wrong, the worst first. */
  problems: Array<Diagnosis>;
  /** The policies with what each would choose, by namespace and name. */
  images: Array<FoundImage>;
  /** Remotes that want a credential that is not there. */
  missing: Array<MissingCredential>;
  /** Sluice may write to it. */
  mayWrite: boolean;
  /** Why it could not be read. */
  problem: WireError | null;
  /** What mends that. */
  remedy: Remedy | null;
};

/** How many of what was found. */
export type FoundCounts = {
  /** ImageRepositories. */
  imageRepositories: number;
  /** ImagePolicies. */
  imagePolicies: number;
  /** ImageUpdateAutomations. */
  automations: number;
  /** GitRepositories. */
  gitRepositories: number;
  /** Kustomizations. */
  kustomizations: number;
  /** Markers. */
  markers: number;
  /** Files with markers. */
  markedFiles: number;
  /** Problems. */
  problems: number;
  /** Of those, errors. */
  errors: number;
};

/** A credential that is on this computer already. */
export type FoundCredential = {
  /** Names the place: the whole place is allowed or not. */
  place: CredentialPlace;
  /** More about it, such as the file or the helper's name. */
  detail: string;
  /** What is in it. */
  entries: Array<FoundEntry>;
  /** How it went when it was last used. */
  tried: Tried;
};

/** One entry of such a place. */
export type FoundEntry = {
  /** The host, or a key's kind and comment. */
  target: string;
  /** The user name, where it can be known without asking for the secret. */
  username: string | null;
};

/** A policy that was found. */
export type FoundImage = {
  /** The policy. */
  policy: ObjectRef;
  /** The image without tag. */
  image: string | null;
  /** What stands in Git. */
  inGit: ImageVersion | null;
  /** What would be written; nothing when it stands there, or is not known. */
  candidate: VersionMove | null;
  /** How it is. */
  state: ImageState;
  /** Why its tags are not known, in the registry's words. */
  problem: WireError | null;
};

/** How a plan compares with the one shown before. */
export type Freshness = "current" | "sameEdits" | "otherEdits" | "notChecked";

/** One reason to wait. The code and the fields say everything that the English words say. */
export type Gate = {
  /** Which kind. */
  code: GateCode;
  /** One sentence without a full stop. */
  words: string;
  /** When it opens by itself; nothing when that takes a person. */
  opensAt: string | null;
  /** What a person has to say to open it; nothing when saying yes is not enough. */
  opensFor: Approval | null;
  /** For `suspended`, `conflict`, `failure`: who, or what the other side said. */
  detail: string | null;
  /** For `hold`: the hold. */
  hold: Hold | null;
  /** What mends it, where something can be done. */
  remedy: Remedy | null;
};

/** What one gate says about a plan. */
export type GateCheck = {
  /** Which gate. */
  check: CheckKind;
  /** How it is. */
  state: CheckState;
  /** What it says: `none on 1.0.5`. */
  words: string;
  /** The gates behind it, when it is not open. */
  gates: Array<Gate>;
};

/** The kinds of [`Gate`]. */
export type GateCode =
  | "suspended"
  | "paused"
  | "observe"
  | "conflict"
  | "failure"
  | "hold"
  | "downgrade"
  | "coolDown"
  | "window"
  | "review";

/** Makes a key. */
export type GenerateKeyRequest = {
  /** What it is for: a source's name, a repository's address, or `host[:port][/path]`. */
  place: string;
  /** What kind. */
  algorithm: KeyAlgorithm;
  /** What encrypts it, in the vault and when it is taken along. */
  passphrase?: SecretInput;
  /** It may take the place of a key that is there. */
  replace: boolean;
};

/** A GitHub App. */
export type GitHubAppDetails = {
  /** Its id or client id. */
  appId: string;
  /** The number of its installation. */
  installationId?: string;
  /** The account that has installed it, where the number is not given. */
  installationOwner?: string;
  /** The root of the interface, where it is not the host's usual one. */
  api?: string;
};

/** A Git remote. */
export type GitSource = {
  /** Its id, a short name such as `fleet`. */
  source: string;
  /** Its address without credentials, or a folder's path. */
  address: string;
  /** Further addresses that a person said it is known by. */
  knownAs: Array<string>;
  /** The branch that is read. */
  branch: string;
  /** The newest commit that was read, in full. */
  commit: string | null;
  /** Sluice may write to it. */
  mayWrite: boolean;
  /** The freest mode of its automations. */
  mode: Mode;
  /** It is the built-in demo. */
  isDemo: boolean;
  /** It is a folder of this machine. */
  isFolder: boolean;
  /** How it is. */
  heartbeat: Heartbeat;
  /** What it is read with. */
  origin: CredentialOrigin;
  /** Policies in it. */
  policies: number;
  /** Releases that wait for it. */
  waiting: number;
};

/** How something is, as a glyph and a word say it. */
export type Health = "fine" | "working" | "attention" | "broken" | "untried";

/** How a remote is, whatever its kind. */
export type Heartbeat = {
  /** How it is. */
  health: Health;
  /** It does not mend by itself, or it fails and has had no success for two of its intervals. */
  needsYou: boolean;
  /** The last try. */
  lastAttempt: string | null;
  /** The last success. */
  lastSuccess: string | null;
  /** The next try. */
  nextTry: string | null;
  /** Failures since the last success. */
  failures: number;
  /** The remote's own last words without secrets; nothing after a success. */
  words: string | null;
  /** What happened, as a code and a sentence; nothing after a success. */
  problem: WireError | null;
  /** What mends it. */
  remedy: Remedy | null;
  /** Tries of the last 24 hours in equal parts, oldest first. */
  beats: Array<Beat>;
};

/** One thing that happened. */
export type HistoryEntry = {
  /** When. */
  at: string;
  /** What. */
  event: HistoryEvent;
};

/** What can happen to a policy. */
export type HistoryEvent =
  | {
      event: "chose";
      /** Which. */
      tag: string;
    }
  | {
      event: "written";
      /** From which version to which. */
      change: VersionMove;
      /** The commit, in full. */
      commit: string;
      /** Its author's name. */
      author: string;
      /** The release of Sluice that made it. */
      release: string | null;
      /** Back to a version that stood there before. */
      isRollback: boolean;
    }
  | {
      event: "held";
      /** The hold. */
      hold: Hold;
    }
  | {
      event: "lifted";
      /** Who. */
      by: string;
    }
  | {
      event: "ruleChanged";
      /** The commit, in full. */
      commit: string;
      /** Its author's name. */
      author: string;
      /** Before, in few words. */
      from: string;
      /** After, in few words. */
      to: string;
    };

/** Which part of the history. */
export type HistoryRequest = {
  /** Which policy. */
  policy: ObjectRef;
  /** Only what is older than this. */
  before?: string;
  /** At most so many entries; at most 500, 50 when absent. */
  limit?: number;
};

/** A version that is kept on purpose. */
export type Hold = {
  /** The tag that is kept; nothing keeps whatever stands in Git. */
  tag: string | null;
  /** Why, in a person's words; perhaps empty. */
  reason: string;
  /** When it ends by itself. */
  until: string | null;
  /** Since when; nothing for a hold that stands in Git. */
  since: string | null;
  /** Who: a person's name, or nothing when it stands in Git as an annotation. */
  by: string | null;
  /** It stands in Git (`sluice.dev/hold`) and is lifted there. */
  isInGit: boolean;
};

/** A hold to be set. */
export type HoldDraft = {
  /** The tag to keep; nothing keeps whatever stands in Git. */
  tag?: string;
  /** Why. */
  reason: string;
  /** When it ends by itself. */
  until?: string;
};

/** Sets a hold on a policy. */
export type HoldRequest = {
  /** The policies to hold. */
  policies: Array<ObjectRef>;
  /** The hold. */
  hold: HoldDraft;
};

/** A server's host key. */
export type HostKey = {
  /** The server, `host[:port]`. */
  host: string;
  /** Its kind, such as `ED25519`. */
  algorithm: string;
  /** `SHA256:…` */
  fingerprint: string;
  /** When it was first seen. */
  seenAt: string;
  /** How it compares. */
  trust: HostKeyTrust;
};

/** How a host key compares. */
export type HostKeyTrust =
  | {
      trust: "known";
      /** `Sluice`, or `known_hosts` for the file of the SSH programs. */
      place: string;
    }
  | {
      trust: "published";
    }
  | {
      trust: "new";
    }
  | {
      trust: "revoked";
    }
  | {
      trust: "changed";
      /** The one on record. */
      known: string;
      /** Where that stands. */
      place: string;
    };

/** Host keys, and how each compares with what is on record. */
export type HostKeys = {
  /** The keys. */
  keys: Array<HostKey>;
};

/** A server that is reached over SSH. */
export type HostRequest = {
  /** A source's name, an address, `host` or `host:port`. */
  host: string;
};

/** A marker that does nothing. */
export type IgnoredMarker = {
  /** Where. */
  place: FilePlace;
  /** Its text. */
  text: string;
  /** A stable name of the reason. */
  code: string;
  /** The reason. */
  message: string;
  /** What to do. */
  hint: string;
};

/** One policy. */
export type ImageRow = {
  /** The policy. */
  policy: ObjectRef;
  /** The image without tag; nothing when the policy names no image repository that is there. */
  image: string | null;
  /** The registry's `host[:port]`. */
  registry: string | null;
  /** What stands in Git: the first marked place's value. */
  inGit: ImageVersion | null;
  /** The marked places do not all say the same. */
  inGitDiffers: boolean;
  /** What would be written: nothing when what is chosen stands in Git, or nothing is chosen. */
  candidate: VersionMove | null;
  /** What the policy chooses, whether it stands in Git or not. */
  chosen: string | null;
  /** When Sluice first saw the candidate, or what stands in Git where there is no candidate. */
  firstSeen: string | null;
  /** The rule. */
  rule: RuleChip | null;
  /** The mode that counts. */
  mode: Mode | null;
  /** Every closed gate, the most binding first. */
  gates: Array<Gate>;
  /** How it is, in one word. */
  state: ImageState;
  /** What happens next. */
  next: NextAction;
  /** When the image's tags were last listed with success. */
  checkedAt: string | null;
  /** The last two intervals brought no success. */
  isStale: boolean;
  /** Tags in the registry. */
  tags: number;
  /** Where the policy is written, for `repo:` filters; by name. */
  repositories: Array<string>;
  /** The automation that writes it. */
  automation: ObjectRef | null;
};

/** How a policy is, in one word; the values of the filter `state:`. */
export type ImageState =
  | "ready"
  | "cooling"
  | "window"
  | "approval"
  | "held"
  | "blocked"
  | "stuck"
  | "releasing"
  | "observed"
  | "upToDate"
  | "unused"
  | "scanning"
  | "unknown";

/** A version as it stands in Git or would stand there. */
export type ImageVersion = {
  /** The tag; nothing where only a digest stands. */
  tag: string | null;
  /** The digest, `sha256:…`; nothing where only a tag stands. */
  digest: string | null;
};

/** The table. Filtering, sorting and scrolling are the UI's. */
export type Images = {
  /** One row a policy, by namespace and name. */
  rows: Array<ImageRow>;
  /** Rows whose image was never scanned with success. */
  unscanned: number;
  /** When anything last answered, while nothing does; absent while at least one remote answers. */
  asOf: string | null;
  /** What was looked through, for a table without rows. */
  lookedThrough: Array<LookedThrough>;
};

/** Keeps what the Flux of a cluster signs in with. */
export type ImportCredentialsRequest = {
  /** The cluster. */
  cluster: string;
  /** The Secrets, each `namespace/name`. */
  secrets: Array<string>;
  /** What is kept for the same target gives way. */
  replace: boolean;
};

/** The inbox. */
export type Inbox = {
  /** The groups that are not empty, in the order they are shown. */
  groups: Array<InboxGroup>;
  /** Releases that are in Git and do not get on in a cluster: by cluster, the newest first. */
  rollouts: Array<StuckRollout>;
  /** All items, and all those releases. */
  total: number;
  /** When anything last answered, while nothing does; absent while at least one remote answers. */
  asOf: string | null;
};

/** Items that wait for the same kind of reason. */
export type InboxGroup = {
  /** Why they wait. */
  wait: Wait;
  /** The items; in each group the one that can move first stands first. */
  items: Array<InboxItem>;
};

/** One version that waits. */
export type InboxItem = {
  /** The policy that chose it. */
  policy: ObjectRef;
  /** The image without tag. */
  image: string;
  /** From which version to which. */
  change: VersionMove;
  /** When Sluice first saw the new version. */
  firstSeen: string | null;
  /** Where it would be written, by place; the first is shown. */
  places: Array<FilePlace>;
  /** One sentence: why this version, or why it waits. */
  words: string;
  /** Every closed gate, the most binding first. */
  gates: Array<Gate>;
  /** For how long the wait lasts in all, where it ends by itself: from here … */
  waitsSince: string | null;
  /** … to here. */
  waitsUntil: string | null;
  /** What happens next. */
  next: NextAction;
  /** The release that failed. */
  release: string | null;
  /** The automation that would write it. */
  automation: ObjectRef | null;
};

/** What a person wants written. */
export type Intent =
  | {
      intent: "release";
      /** Which; several repositories and branches make several plans. */
      policies: Array<ObjectRef>;
    }
  | {
      intent: "tag";
      /** Which policy. */
      policy: ObjectRef;
      /** Which tag. */
      tag: string;
    }
  | {
      intent: "rule";
      /** Which policy. */
      policy: ObjectRef;
      /** The rule and the filter. */
      draft: PolicyDraft;
    }
  | {
      intent: "undo";
      /** Its id. */
      release: string;
    };

/** The changes of a plan that a person keeps. */
export type KeptChanges = {
  /** The plan. */
  plan: string;
  /** The names of the changes that stay; none drops the plan. */
  changes: Array<string>;
};

/** What kind of key. */
export type KeyAlgorithm = "ecdsaP256" | "ecdsaP384" | "ecdsaP521" | "ed25519" | "rsa";

/** A key as its Git host has it. */
export type KeyAtHost = {
  /** The host, such as `GitHub at api.github.com`. */
  forge: string;
  /** The repository there. */
  repository: string;
  /** What was done, or is so. */
  state: KeyStanding;
  /** It may write. */
  mayWrite: boolean;
  /** What it is called there; empty where it is not known. */
  title: string;
};

/** A key that was taken along into a cluster. */
export type KeyInCluster = {
  /** The cluster. */
  cluster: string;
  /** What became of the Secret. */
  state: SecretState;
};

/** A key was made. */
export type KeyMade = {
  /** Its id among the credentials. */
  credential: string;
  /** Its public half, to be registered at the host. */
  key: DeployKey;
};

/** Asks a Git host about a key. */
export type KeyRequest = {
  /** The key: its id, its target, or a source or address that it is used for. */
  place: string;
  /** A token for the host, for this once; a kept one otherwise. */
  token?: SecretInput;
};

/** How a key stands at its host. */
export type KeyStanding = "registered" | "allowed" | "known" | "unknown";

/** Where secrets are kept: the keychain of the operating system, or an encrypted file. */
export type Keychain =
  | {
      state: "open";
      /** The encrypted file that a person chose; nothing for the operating system's keychain. */
      file: string | null;
    }
  | {
      state: "locked";
      /** Sources that wait for it. */
      waiting: number;
      /** The encrypted file that a person chose; nothing for the operating system's keychain. */
      file: string | null;
    }
  | {
      state: "missing";
      /** What is missing and what to do. */
      words: string;
      /** The encrypted file that a person chose; nothing for the operating system's keychain. */
      file: string | null;
    };

/** Says by which further addresses a repository is known, in place of those that were said before. */
export type KnownAsRequest = {
  /** The source. */
  source: string;
  /** The addresses; one with a password is refused. */
  addresses: Array<string>;
};

/** A label of an image: text from strangers. */
export type Label = {
  /** Its name. */
  name: string;
  /** Its value. */
  value: string;
};

/** One release line. */
export type Lane = {
  /** Its name: `1.0`, `2.0-rc`, `main`; empty for `other`. */
  name: string;
  /** Its kind. */
  kind: LaneKind;
  /** Tags in it. */
  tags: number;
  /** The policy can choose from it. */
  isInRange: boolean;
  /** Where its first tag stands on the axis. */
  firstAt: string;
  /** Where its last tag stands. */
  lastAt: string;
};

/** The kinds of lanes. */
export type LaneKind = "release" | "prerelease" | "branch" | "other";

/** Languages of the window. */
export type Language = "system" | "en" | "zh-CN";

/** Something that was asked for and needs no change or cannot be planned. */
export type LeftOut = {
  /** Which policy; nothing where it is none. */
  policy: ObjectRef | null;
  /** Why. */
  why: WireError;
};

/** How the lines of a file end. */
export type LineEnds = "lf" | "crLf" | "mixed" | "none";

/** One of Flux's objects in a cluster. */
export type LiveRow = {
  /** `GitRepository`, `Kustomization`, … */
  kind: string;
  /** Its namespace. */
  namespace: string;
  /** Its name. */
  name: string;
  /** What it has fetched or applied, or the image that it chose. */
  revision: string | null;
  /** Where it reads from: `GitRepository flux-system/fleet`. */
  source: string | null;
  /** Its controller is paused. */
  isSuspended: boolean;
  /** How it is. */
  health: Health;
  /** Its controller's words. */
  words: string;
  /** Whether Git has it too; nothing for kinds that Sluice does not read from Git. */
  isInGit: boolean | null;
  /** The release whose commit it is at, where Sluice made it. */
  release: string | null;
  /** As which object of a source, where that is clear. */
  declared: ObjectRef | null;
  /** It stands for what Sluice itself has applied here: no controller works on it. */
  isPlain: boolean;
};

/** A GitRepository in a cluster that no source is known as, though one has the same path elsewhere. */
export type LookalikeRow = {
  /** The source. */
  source: string;
  /** The GitRepository, `namespace/name`. */
  object: string;
  /** The address that it reads. */
  address: string;
  /** What the source is known by already. */
  knownAs: Array<string>;
};

/** What a source was searched for, so that an empty table can say it. */
export type LookedThrough = {
  /** The source. */
  source: string;
  /** Its branch. */
  branch: string;
  /** The commit, in full. */
  commit: string | null;
  /** YAML files. */
  files: number;
  /** Images in manifests, marked or not. */
  images: number;
  /** Markers. */
  markers: number;
  /** When. */
  at: string | null;
};

/** How a tag is drawn. */
export type Mark = "matches" | "passedOver" | "cooling" | "blocked";

/** What a marker sets. */
export type MarkerPart = "reference" | "name" | "tag" | "digest";

/** A marker that a policy writes. */
export type MarkerUse = {
  /** Where. */
  place: FilePlace;
  /** What stands there now. */
  value: string;
  /** The whole line, as it is in the file, without its end. */
  line: string;
  /** What the marker sets. */
  part: MarkerPart;
  /** The object it stands in, such as `Deployment test/flask-app`. */
  object: string;
  /** The automation that covers it; nothing when none does. */
  automation: ObjectRef | null;
};

/** Where a commit message comes from. */
export type MessageOrigin = "template" | "fluxDefault" | "sluice";

/** A remote that wants a credential. */
export type MissingCredential = {
  /** What for. */
  kind: CredentialKind;
  /** `host[:port][/path]`. */
  target: string;
  /** The remote's own words. */
  words: string;
};

/** How much an automation may do by itself. */
export type Mode = "observe" | "review" | "auto";

/** Sets how much an automation may do. The team's rule in Git can only be made stricter. */
export type ModeRequest = {
  /** Which. */
  automation: ObjectRef;
  /** The mode. */
  mode: Mode;
};

/** Whether the network is there, as far as the last tries tell. */
export type Network =
  | {
      state: "online";
    }
  | {
      state: "offline";
      /** Since when. */
      since: string;
      /** When it is tried again. */
      nextTryAt: string | null;
      /** Releases that wait for the network. */
      queued: number;
    };

/** What happens next, and when. */
export type NextAction = {
  /** What. */
  kind: NextKind;
  /** When it happens by itself; nothing when it takes a person. */
  at: string | null;
  /** Since when it could be done, or lasts. */
  since: string | null;
  /** What mends it, for `mend`. */
  remedy: Remedy | null;
};

/** What can happen next. */
export type NextKind =
  | "review"
  | "approve"
  | "becomeReady"
  | "release"
  | "retry"
  | "holdEnds"
  | "mend"
  | "lookAfter"
  | "check"
  | "watch"
  | "paused";

/** Why a release cannot be undone. */
export type NoUndo =
  | "undone"
  | "unreadable"
  | "notPushed"
  | "nothingBefore"
  | "policyGone"
  | "changedSince"
  | "rule";

/** The kinds of [`ProposalNote`]. */
export type NoteCode = "suspendedInGit" | "staysSuspended" | "other";

/** Nothing is asked for or answered. In JSON it is `{}`, and `null` is read as it. */
export type Nothing = Record<symbol, never>;

/** Something to tell a person, in the window and, where it is hidden, by the desktop. */
export type Notification = {
  /** Its id; a later one with the same id takes its place. */
  id: string;
  /** Its kind: the switch that it obeys. */
  kind: NotificationKind;
  /** What it is about: policies' or sources' names, the first few. */
  subjects: Array<string>;
  /** How many it stands for. */
  count: number;
  /** English title. */
  title: string;
  /** English text; perhaps empty. */
  body: string;
  /** Where a click leads. */
  page: Page;
  /** The policies that can be put off. */
  policies: Array<ObjectRef>;
  /** When. */
  at: string;
};

/** The kinds of notifications. */
export type NotificationKind = "ready" | "released" | "failed" | "stuck" | "source";

/** A switch for each kind of notification. */
export type NotificationSwitches = {
  /** A new version is ready. */
  ready: boolean;
  /** Something was released. */
  released: boolean;
  /** A release failed. */
  failed: boolean;
  /** A source needs a person. */
  source: boolean;
};

/** Which object of which source. A policy, an automation or an image repository is named by it everywhere. */
export type ObjectRef = {
  /** The source that declares it: the id of a Git remote, such as `fleet`. */
  source: string;
  /** Its `metadata.namespace`. */
  namespace: string;
  /** Its `metadata.name`. */
  name: string;
};

/** Opens an address in the person's browser. */
export type OpenLinkRequest = {
  /** The address; only https is opened. */
  url: string;
};

/** Which end of the ranking wins. */
export type Order = "asc" | "desc";

/** Where in the window something is. Notifications, deep links and remedies lead to one. */
export type Page =
  | {
      page: "inbox";
    }
  | {
      page: "apps";
    }
  | {
      page: "images";
    }
  | {
      page: "policy";
      /** Which. */
      policy: ObjectRef;
      /** The tag to point at. */
      tag: string | null;
    }
  | {
      page: "review";
      /** Which. */
      policies: Array<ObjectRef>;
    }
  | {
      page: "releases";
    }
  | {
      page: "release";
      /** Its id. */
      release: string;
    }
  | {
      page: "clusters";
    }
  | {
      page: "cluster";
      /** Its name. */
      cluster: string;
    }
  | {
      page: "sources";
    }
  | {
      page: "source";
      /** Its id. */
      source: string;
    }
  | {
      page: "registry";
      /** `host[:port]`. */
      host: string;
    }
  | {
      page: "activity";
    }
  | {
      page: "settings";
    };

/** Why a tag was not chosen. The code and the fields say everything that the English words say. */
export type PassedOver = {
  /** Which kind. */
  code: PassedOverCode;
  /** One sentence without a full stop. It does not repeat the tag, so that a thousand tags share one reason. */
  words: string;
  /** The pattern, for `excluded` and `filteredOut`. */
  pattern?: string;
  /** The range, for `prerelease` and `outsideRange`. */
  range?: string;
  /** The part of the range that refused it, where that is not the whole range. */
  comparator?: string;
  /** The tag that was chosen instead, for `behind`, `equal` and `sameText`. */
  chosen?: string;
};

/** The kinds of [`PassedOver`]. */
export type PassedOverCode =
  | "excluded"
  | "filteredOut"
  | "notAVersion"
  | "prerelease"
  | "outsideRange"
  | "notANumber"
  | "unverified"
  | "behind"
  | "equal"
  | "sameText"
  | "nothingChosen"
  | "gone";

/** What a tag pointed at. */
export type PastDigest = {
  /** The digest. */
  digest: string;
  /** When Sluice first saw it there. */
  seenAt: string;
};

/** A pause: until a moment, or until it is ended. */
export type Pause = {
  /** When it ends by itself; nothing when a person ends it. */
  until: string | null;
};

/** Pauses an automation. */
export type PauseAutomationRequest = {
  /** Which. */
  automation: ObjectRef;
  /** For how long. */
  span: PauseSpan;
};

/** Pauses everything. */
export type PauseRequest = {
  /** For how long. */
  span: PauseSpan;
};

/** For how long something is paused. */
export type PauseSpan =
  | {
      for: "seconds";
      /** How long. */
      seconds: number;
    }
  | {
      for: "untilTomorrow";
    }
  | {
      for: "until";
      /** When. */
      until: string;
    }
  | {
      for: "open";
    };

/** A folder that a person picked. */
export type PickedFolder = {
  /** Its path; nothing when the person changed their mind. */
  path: string | null;
};

/** The exact edits against one commit. */
export type Plan = {
  /** Its id. */
  plan: string;
  /** Where it goes. */
  target: Target;
  /** The commit that it was made on, in full. */
  base: string;
  /** The changes: a person can take one out. */
  changes: Array<Change>;
  /** The files that differ, by path. */
  files: Array<FileChange>;
  /** The commit message. */
  message: string;
  /** Where the message comes from. */
  messageFrom: MessageOrigin;
  /** Who is named as author and committer. */
  author: Author;
  /** How the commit is signed; nothing when it is not. */
  signature: string | null;
  /** Every gate with what it says, open ones too. */
  checks: Array<GateCheck>;
  /** How it compares with the plan that this sheet showed before. */
  freshness: Freshness;
  /** Why it cannot be released now; nothing when it can. */
  obstacle: WireError | null;
  /** Gates that open for [`Approval::Urgent`] only are closed: releasing skips a wait. */
  skipsWait: boolean;
};

/** A person's yes to one plan. */
export type PlanApproval = {
  /** The plan. */
  plan: string;
  /** The commit message. */
  message: string;
};

/** An automation of a policy. */
export type PolicyAutomation = {
  /** Which. */
  automation: ObjectRef;
  /** The mode that counts. */
  mode: Mode;
  /** The freest mode that the team's rule in Git allows; nothing when there is no rule. */
  most: Mode | null;
  /** The branch that is pushed. */
  branch: string;
  /** Seconds between runs. */
  interval: number;
  /** It is suspended in Git. */
  isSuspended: boolean;
  /** A person paused it. */
  paused: Pause | null;
  /** Who else writes it: Sluice then only observes. */
  writer: WriterInCluster | null;
};

/** What of a policy runs in the clusters, and since when: flags and step lines beside those of Git. */
export type PolicyClusters = {
  /** Where flags stand: one for each version that runs in a cluster. */
  flags: Array<Flag>;
  /** What Sluice released and saw healthy, a line for each cluster. */
  lines: Array<StepLine>;
};

/** A policy's rule and filter, as they are or as a person tries them. */
export type PolicyDraft = {
  /** The rule. */
  rule: Rule;
  /** `filterTags.pattern`, in Go's syntax; absent or empty lets every tag through. */
  pattern?: string;
  /** `filterTags.extract`; absent or empty ranks the tag itself. */
  extract?: string;
};

/** What happened to a policy, newest first. */
export type PolicyHistory = {
  /** The entries. */
  entries: Array<HistoryEntry>;
  /** There are older ones. */
  hasMore: boolean;
};

/** The page of one policy. */
export type PolicyPage = {
  /** The policy. */
  policy: ObjectRef;
  /** The image without tag; nothing when the policy names no image repository that is there. */
  image: string | null;
  /** The ImageRepository that lists the tags. */
  imageRepository: ObjectRef | null;
  /** The rule and the filter as they stand in Git; nothing when the policy has no rule. */
  rule: PolicyDraft | null;
  /** The rule in few words. */
  chip: RuleChip | null;
  /** Where the rule stands in Git. */
  place: FilePlace | null;
  /** What the image repository leaves out, as patterns. */
  exclusions: Array<string>;
  /** What is chosen. */
  chosen: ImageVersion | null;
  /** Since when it is chosen. */
  chosenAt: string | null;
  /** What stands in Git. */
  inGit: ImageVersion | null;
  /** What would be written. */
  candidate: VersionMove | null;
  /** Why nothing is chosen, or the policy cannot be evaluated. */
  problem: PolicyProblem | null;
  /** How it is, in one word. */
  state: ImageState;
  /** Every closed gate, the most binding first. */
  gates: Array<Gate>;
  /** What happens next. */
  next: NextAction;
  /** The holds that count, the team's and the person's. */
  holds: Array<Hold>;
  /** How long after first sight a tag must wait, in seconds; 0 when it need not. */
  coolDown: number;
  /** The automations that cover its markers. */
  automations: Array<PolicyAutomation>;
  /** Where it is used. */
  used: Array<MarkerUse>;
  /** Markers that name it and do nothing. */
  ignored: Array<IgnoredMarker>;
  /** What is wrong around it. */
  diagnoses: Array<Diagnosis>;
  /** When the tags were last listed with success. */
  checkedAt: string | null;
  /** When they are listed next. */
  nextCheckAt: string | null;
  /** What the registry said at the last try, when that failed. */
  lastError: string | null;
};

/** Why a policy chooses nothing or cannot be evaluated. */
export type PolicyProblem = {
  /** Which kind. */
  code: PolicyProblemCode;
  /** What is wrong. */
  message: string;
  /** What to do. */
  hint: string;
};

/** The kinds of [`PolicyProblem`]. */
export type PolicyProblemCode =
  | "invalidRange"
  | "invalidFilter"
  | "unknownGroup"
  | "invalidExclusion"
  | "noTags"
  | "nothingMatches"
  | "noneInRange"
  | "notANumber"
  | "invalid"
  | "noImageRepository"
  | "neverScanned"
  | "digestUnknown"
  | "unverified";

/** A policy is named. */
export type PolicyRequest = {
  /** Which. */
  policy: ObjectRef;
};

/** What would be done, exactly. It is kept for an hour, and while it is being done. */
export type Proposal = {
  /** Its id. */
  proposal: string;
  /** What was asked for, with what was found out about it. */
  wish: Wish;
  /** What is done, in order. */
  steps: Array<ProposalStep>;
  /** What a person should know. */
  notes: Array<ProposalNote>;
  /** The commit, where one is made. */
  commit: ProposedCommit | null;
  /** The program that is run, where one is. */
  run: ProposedRun | null;
  /** The revision that is applied, such as `main@sha1:…`, where one is. */
  revision: string | null;
  /** Why it cannot be done; nothing when it can. */
  obstacle: WireError | null;
  /** What mends the obstacle. */
  remedy: Remedy | null;
  /** When it was worked out. */
  madeAt: string;
  /** How far it is. */
  course: Course;
  /** What the program said so far, the last lines of it. */
  output: Array<string>;
};

/** Something that was looked at after a proposal was done. */
export type ProposalCheck = {
  /** What: `GitRepository flux-system/flux-system`. */
  what: string;
  /** Whether it is as it should be. */
  isFine: boolean;
  /** What it says, in English or in the controller's own words. */
  words: string;
};

/** A proposal is named. */
export type ProposalId = {
  /** Its id. */
  proposal: string;
};

/** Something that a person should know before. */
export type ProposalNote = {
  /** What, as a code … */
  code: NoteCode;
  /** … and in an English sentence. */
  words: string;
};

/** Works out what a wish means. Nothing is changed. */
export type ProposalRequest = {
  /** What is wanted. */
  wish: Wish;
};

/** One step. */
export type ProposalStep = {
  /** What is done. */
  verb: StepVerb;
  /** With what: `Deployment flask-app/flask-app`, or a file. */
  object: string;
  /** Where. */
  place: StepPlace;
  /** The fields that are set. */
  fields: Array<FieldChange>;
  /** The object or file before and after, where it is shown whole. */
  file: FileChange | null;
};

/** The commit that a proposal makes. */
export type ProposedCommit = {
  /** The source. */
  source: string;
  /** The branch that is pushed. */
  branch: string;
  /** The commit that it was worked out on, in full. */
  base: string;
  /** The message. */
  message: string;
};

/** The program that a proposal runs. */
export type ProposedRun = {
  /** The command without its token. */
  command: string;
  /** Where the token comes from; nothing where there is none. */
  token: string | null;
  /** The program's path; nothing where it is not installed. */
  program: string | null;
};

/** A registry's rate limit. */
export type RateLimit = {
  /** What may be asked in a span. */
  limit: number;
  /** What is left of it. */
  remaining: number;
  /** The span, in seconds. */
  window: number;
  /** When that was said. */
  at: string;
};

/** How far reading a source is. */
export type ReadingStage =
  | {
      stage: "connecting";
    }
  | {
      stage: "fetching";
      /** Objects received. */
      received: number;
      /** Objects in all; 0 until it is known. */
      total: number;
      /** Bytes received. */
      bytes: number;
    }
  | {
      stage: "reading";
      /** Files read. */
      done: number;
      /** Files in all. */
      total: number;
    }
  | {
      stage: "scanning";
      /** Image repositories answered. */
      done: number;
      /** Image repositories in all. */
      total: number;
    }
  | {
      stage: "done";
    }
  | {
      stage: "failed";
    };

/** Asks Flux to begin at once. */
export type ReconcileRequest = {
  /** The cluster. */
  cluster: string;
  /** The kind. */
  kind: string;
  /** The object's namespace. */
  namespace: string;
  /** The object's name. */
  name: string;
  /** Its source first. */
  withSource: boolean;
};

/** Registers a key at its Git host. */
export type RegisterKeyRequest = {
  /** The key: its id, its target, or a source or address that it is used for. */
  place: string;
  /** A token for the host, for this once; a kept one otherwise. */
  token?: SecretInput;
  /** It may only read. */
  readOnly: boolean;
};

/** A registry. */
export type Registry = {
  /** `host[:port]` as images name it; `docker.io` for Docker Hub. */
  host: string;
  /** How it is. */
  heartbeat: Heartbeat;
  /** What it is asked with. */
  origin: CredentialOrigin;
  /** Image repositories in it. */
  images: number;
  /** Image repositories that wait for it. */
  waiting: number;
  /** What is left of its rate limit, where it says so. */
  limit: RateLimit | null;
  /** It is asked without TLS. */
  isInsecure: boolean;
};

/** What a release did for one policy. */
export type ReleaseChange = {
  /** The policy; nothing for fixes. */
  policy: ObjectRef | null;
  /** What it is called. */
  title: string;
  /** From which version to which, where it is one. */
  version: VersionMove | null;
  /** The fields of the policy itself that it wrote. */
  fields: Array<FieldChange>;
};

/** One release. */
export type ReleaseDetail = {
  /** What the list says of it. */
  row: ReleaseRow;
  /** The trail, always all six steps: as far as the cluster that is furthest behind. */
  trail: Array<TrailStep>;
  /** How far it is in each cluster that follows it, those that are stuck first. */
  rollouts: Array<RolloutRow>;
  /** The files, before and after. */
  files: Array<FileChange>;
  /** The edits, by place. */
  edits: Array<Edit>;
  /** The commit message. */
  message: string;
  /** The commit on the forge's pages, https; nothing where the forge is not known. */
  commitUrl: string | null;
  /** Why it failed. */
  failure: WireError | null;
  /** What mends it. */
  remedy: Remedy | null;
  /** Whether it can be undone, and if not, why. */
  undo: Undo;
};

/** Which releases are shown. */
export type ReleaseFilter = "all" | "mine" | "failed";

/** A release is named. */
export type ReleaseId = {
  /** Its id. */
  release: string;
};

/** Releases what the sheet shows. */
export type ReleaseRequest = {
  /** The sheet. */
  review: string;
  /** Which plans, each with its message as the person left it. */
  plans: Array<PlanApproval>;
  /** What the person says. */
  approval: Approval;
  /** The hold to set once the release is pushed. */
  hold?: HoldDraft;
};

/** One release in the list. */
export type ReleaseRow = {
  /** Its id. */
  release: string;
  /** How it is. */
  state: ReleaseState;
  /** What it changed, by policy. */
  changes: Array<ReleaseChange>;
  /** Where it went. */
  target: Target;
  /** The commit, in full, once it was made. */
  commit: string | null;
  /** Who or what started it. */
  started: Starter;
  /** When it began. */
  createdAt: string;
  /** When it last moved. */
  updatedAt: string;
  /** It takes back another release. */
  undoes: string | null;
  /** Another release took it back. */
  undoneBy: string | null;
};

/** How a release is. */
export type ReleaseState = "queued" | "pushing" | "pushed" | "stuck" | "failed" | "superseded";

/** A part of the history, newest first. What is under way or queued stands in front of the first part. */
export type Releases = {
  /** The releases. */
  releases: Array<ReleaseRow>;
  /** Those under way or queued, in all. */
  open: number;
  /** Those that ended, in all. */
  done: number;
  /** There are older ones. */
  hasMore: boolean;
};

/** Which releases. */
export type ReleasesRequest = {
  /** All, one's own or the failed ones. */
  show: ReleaseFilter;
  /** Only those whose policy, commit or person holds this text. */
  text?: string;
  /** Only those of this policy. */
  policy?: ObjectRef;
  /** Only those older than this release. */
  before?: string;
  /** At most so many; at most 500, 100 when absent. */
  limit?: number;
};

/** Releases began. Events tell how they go on. */
export type ReleasesStarted = {
  /** One a plan, in the order asked. */
  releases: Array<StartedRelease>;
};

/** What mends something: a sentence, and what a click on it does. */
export type Remedy = {
  /** One sentence: what to do. */
  words: string;
  /** What a click does. */
  action: RemedyAction;
};

/** What a click on a remedy does. */
export type RemedyAction =
  | {
      do: "read";
    }
  | {
      do: "show";
      /** Which. */
      page: Page;
    }
  | {
      do: "signIn";
      /** What it is for. */
      kind: CredentialKind;
      /** `host[:port][/path]`. */
      target: string;
    }
  | {
      do: "registerKey";
      /** The Git remote. */
      source: string;
    }
  | {
      do: "allowWriting";
      /** The Git remote. */
      source: string;
    }
  | {
      do: "setMode";
      /** Which automation. */
      automation: ObjectRef;
    }
  | {
      do: "resumeAutomation";
      /** Which automation. */
      automation: ObjectRef;
    }
  | {
      do: "resumeAll";
    }
  | {
      do: "liftHold";
      /** The policy that is held. */
      policy: ObjectRef;
    }
  | {
      do: "checkNow";
      /** What. */
      scope: CheckScope;
    }
  | {
      do: "unlockKeychain";
    }
  | {
      do: "takeOver";
      /** Which automation. */
      automation: ObjectRef;
    };

/** A remote of either kind is named. */
export type Remote =
  | {
      kind: "git";
      /** Its id. */
      source: string;
    }
  | {
      kind: "registry";
      /** `host[:port]`. */
      host: string;
    };

/** Plans again: the branch is fetched, and only these changes are kept. */
export type ReplanRequest = {
  /** The sheet. */
  review: string;
  /** The changes to keep, by plan; absent keeps what is in it. */
  keep?: Array<KeptChanges>;
};

/** The sheet. It is kept until it is released, discarded or an hour old. */
export type Review = {
  /** Its id. */
  review: string;
  /** What was asked for. */
  intent: Intent;
  /** One plan a repository and branch: one commit each. */
  plans: Array<Plan>;
  /** What was asked for and is not in a plan. */
  leftOut: Array<LeftOut>;
  /** When the remotes were last asked whether their branches moved. */
  checkedAt: string;
  /** A hold that is set with the release, proposed where something is undone; a person may change it. */
  hold: HoldDraft | null;
};

/** A sheet is named. */
export type ReviewId = {
  /** Its id. */
  review: string;
};

/** Opens the sheet: what is to be written. */
export type ReviewRequest = {
  /** What. */
  intent: Intent;
};

/** A release in one cluster. */
export type RolloutRow = {
  /** The cluster. */
  cluster: string;
  /** Where it has come to. */
  state: RolloutState;
  /** One word for why it is stuck: `ImagePullBackOff`, `BuildFailed`, …; else empty. */
  reason: string;
  /** The other side's words; else empty. */
  words: string;
  /** Fetched, applied, rolled out, healthy. */
  steps: Array<TrailStep>;
  /** When Flux was asked to begin at once. */
  requestedAt: string | null;
  /** What came of asking, in English; empty while nothing came of it yet. */
  request: string;
  /** When it last moved. */
  updatedAt: string;
};

/** Where a release has come to in a cluster. */
export type RolloutState = "moving" | "stuck" | "healthy" | "unseen" | "overtaken";

/** How tags are ranked. */
export type Rule =
  | {
      kind: "semver";
      /** The range, in Masterminds/semver's grammar. */
      range: string;
    }
  | {
      kind: "numerical";
      /** Which end wins. */
      order: Order;
    }
  | {
      kind: "alphabetical";
      /** Which end wins. */
      order: Order;
    };

/** A rule in few words, for the chip: `semver` and `1.0.x`. */
export type RuleChip = {
  /** The kind. */
  kind: RuleKind;
  /** The range, or `asc`, `desc`. */
  value: string;
  /** A filter narrows it. */
  isFiltered: boolean;
  /** The digest is written as well. */
  reflectsDigest: boolean;
};

/** The kinds of rules. */
export type RuleKind = "semver" | "numerical" | "alphabetical";

/** A view of the table that a person keeps. */
export type SavedView = {
  /** Its name; unique. */
  name: string;
  /** The filter's text, such as `state:ready repo:fleet`. */
  filter: string;
  /** The column it is sorted by; nothing leaves the table's own order. */
  sort: string | null;
  /** Sorted downwards. */
  isDescending: boolean;
  /** The columns that are shown, in order; empty shows the usual ones. */
  columns: Array<string>;
};

/** The views that are kept, in a person's order. */
export type SavedViews = {
  /** The views. */
  views: Array<SavedView>;
};

/** A secret on its way in. It cannot be printed, compared or sent back. */
export type SecretInput = string;

/** What became of the Secret. */
export type SecretState = "created" | "replaced" | "same";

/** The names of the settings. */
export type SettingName =
  | "language"
  | "theme"
  | "autostart"
  | "closeToTray"
  | "notifications"
  | "gitInterval"
  | "shortestInterval"
  | "coolDown"
  | "window";

/** The values. */
export type SettingValues = {
  /** The language. */
  language: Language;
  /** The theme. */
  theme: Theme;
  /** Start with the session. */
  autostart: boolean;
  /** Closing the window leaves the tray. */
  closeToTray: boolean;
  /** Which notifications are shown. */
  notifications: NotificationSwitches;
  /** Seconds between fetches of a Git remote that says no interval itself. */
  gitInterval: number;
  /** Shortest seconds between listings of one image, whatever its resource says. */
  shortestInterval: number;
  /** How long after first sight a tag must wait, in seconds, unless a rule in Git wants longer; 0 for not at all. */
  coolDown: number;
  /** The release window that counts beside the team's, in the words of `sluice.dev/window`; nothing for any time. */
  window: string | null;
};

/** The settings. */
export type Settings = {
  /** The values that count. */
  values: SettingValues;
  /** The file they stand in. */
  file: string;
  /** What is wrong with the file; its other lines still count. */
  problem: WireError | null;
  /** Settings that something outside decides, such as a command line option, and cannot be changed here. */
  fixed: Array<SettingName>;
};

/** Changes settings: only what is given. */
export type SettingsChange = {
  /** See [`SettingValues::language`]. */
  language?: Language;
  /** See [`SettingValues::theme`]. */
  theme?: Theme;
  /** See [`SettingValues::autostart`]. */
  autostart?: boolean;
  /** See [`SettingValues::close_to_tray`]. */
  closeToTray?: boolean;
  /** See [`SettingValues::notifications`]. */
  notifications?: NotificationSwitches;
  /** See [`SettingValues::git_interval`]. */
  gitInterval?: number;
  /** See [`SettingValues::shortest_interval`]. */
  shortestInterval?: number;
  /** See [`SettingValues::cool_down`]. */
  coolDown?: number;
  /** See [`SettingValues::window`]; an empty text takes it away. */
  window?: string;
};

/** How much a diagnosis matters. */
export type Severity = "hint" | "warning" | "error";

/** The rail, its foot and the tray, in one answer. */
export type Shell = {
  /** The counters in the rail. */
  counters: Counters;
  /** How the sources are. */
  sources: SourcesSummary;
  /** The agent's clock. */
  agent: Agent;
  /** Whether the network is there. */
  network: Network;
  /** Whether secrets can be read. */
  keychain: Keychain;
  /** What the tray shows. */
  tray: Tray;
  /** Nothing was ever added: show the onboarding. */
  isEmpty: boolean;
  /** The built-in demo is running. */
  isDemo: boolean;
};

/** The kinds of signatures. */
export type SignatureKind = "gpg" | "ssh";

/** What a signature is worth. */
export type SignatureState = "good" | "unknownKey" | "notValid" | "bad" | "unsigned" | "cannotCheck";

/** Who signed commits. */
export type Signatures = {
  /** One for each commit, in the order asked. */
  signatures: Array<CommitSignature>;
  /** Keys that could not be read, one sentence each: a signature of theirs counts as that of an unknown key. */
  problems: Array<string>;
};

/** Asks who signed commits. */
export type SignaturesRequest = {
  /** The source whose repository holds them. */
  source: string;
  /** The commits, in full; at most 500. */
  commits: Array<string>;
};

/** Puts a version off: no notification and no counter until then. It stays in the list of images. */
export type SnoozeRequest = {
  /** The policies. */
  policies: Array<ObjectRef>;
  /** Until when. */
  until: string;
};

/** A source was added and is being read. Events tell how it goes on. */
export type SourceAdded = {
  /** Its id. */
  source: string;
};

/** A Git remote with everything in it. */
export type SourceDetail = {
  /** What the list says of it. */
  git: GitSource;
  /** What was found in it. */
  found: Found;
  /** Its automations, by namespace and name. */
  automations: Array<Automation>;
  /** The key that Sluice uses for it, where it is one. */
  key: DeployKey | null;
  /** The server's host key, for SSH. */
  hostKey: HostKey | null;
};

/** A Git remote is named. */
export type SourceRequest = {
  /** Its id. */
  source: string;
};

/** Every source. */
export type Sources = {
  /** Git remotes, by name. */
  git: Array<GitSource>;
  /** Registries, by host. */
  registries: Array<Registry>;
  /** Those that need a person. */
  needYou: number;
};

/** How all sources together are. */
export type SourcesSummary = {
  /** Git remotes and registries. */
  total: number;
  /** Those that need a person. */
  needYou: number;
  /** The worst that is said of any of them. */
  health: Health;
  /** When anything was last checked with success. */
  checkedAt: string | null;
};

/** The page to begin with, once: where a deep link, a notification or the last session points. */
export type StartPage = {
  /** The page; nothing leaves the choice to the UI. */
  page: Page | null;
};

/** A release that began. */
export type StartedRelease = {
  /** The plan. */
  plan: string;
  /** The release's id. */
  release: string;
};

/** Who or what started a release. */
export type Starter =
  | {
      by: "you";
    }
  | {
      by: "person";
      /** The login name. */
      name: string;
    }
  | {
      by: "agent";
    };

/** The first part of a version that differs, as the badge beside a candidate says it. */
export type Step = "digest" | "prerelease" | "patch" | "minor" | "major";

/** What stood somewhere, as a stair over time. */
export type StepLine = {
  /** Where it stood. */
  owner: FlagOwner;
  /** The treads, oldest first; each lasts until the next. */
  treads: Array<Tread>;
  /** There are older ones that were not read. */
  hasOlder: boolean;
};

/** Where a step does it. */
export type StepPlace =
  | {
      at: "cluster";
      /** Which. */
      cluster: string;
    }
  | {
      at: "source";
      /** Which. */
      source: string;
    }
  | {
      at: "here";
    };

/** What a step does. */
export type StepVerb = "suspend" | "resume" | "setMode" | "create" | "change" | "keep" | "delete" | "use";

/** Whether what is being done can be stopped. */
export type Stop = "never" | "possible" | "asked";

/**
 * A release that does not go on by itself in a cluster. It leaves when it goes on, when a later release takes its place,
 * and when it is rolled back.
 */
export type StuckRollout = {
  /** The release's id. */
  release: string;
  /** The cluster's name. */
  cluster: string;
  /** The source that it was pushed to. */
  source: string;
  /** What it changed, by policy. */
  changes: Array<ReleaseChange>;
  /** One word for why: `ImagePullBackOff`, `BuildFailed`, `suspended`, …; perhaps empty. */
  reason: string;
  /** The cluster's words: a condition's message, or what keeps a pod from running. */
  words: string;
  /** Since when it has not got on. */
  since: string;
  /** What it brought still stands in Git, so that it can be rolled back and held. */
  canUndo: boolean;
};

/** A change of the rule. */
export type Suggestion = {
  /** The rule and the filter with the change. */
  draft: PolicyDraft;
  /** What it would choose. */
  chosen: string;
};

/** Pauses an object of Flux, or lets it go on. */
export type SuspendRequest = {
  /** The cluster. */
  cluster: string;
  /** The kind. */
  kind: string;
  /** The object's namespace. */
  namespace: string;
  /** The object's name. */
  name: string;
  /** Whether it is to pause. */
  suspended: boolean;
};

/** What is known of one tag. */
export type TagDetail = {
  /** The tag. */
  tag: string;
  /** The image with the tag, to be copied. */
  reference: string;
  /** What it points at, `sha256:…`; nothing when the registry could not be asked. */
  digest: string | null;
  /** What it pointed at before, newest first. */
  digests: Array<PastDigest>;
  /** When it was built, as the image claims. */
  created: string | null;
  /** When Sluice first saw it. */
  firstSeen: string | null;
  /** Since when the registry no longer has it. */
  goneAt: string | null;
  /** Compressed size of one platform's layers, in bytes. */
  size: number | null;
  /** Platforms, such as `linux/amd64`. */
  platforms: Array<string>;
  /** Labels, by name. */
  labels: Array<Label>;
  /** Why it was not chosen; nothing for the choice. */
  reason: PassedOver | null;
  /** What could not be had, in the registry's words. */
  problem: WireError | null;
};

/** Asks for one tag. */
export type TagRequest = {
  /** Whose tag. */
  policy: ObjectRef;
  /** The tag. */
  tag: string;
};

/** Where a plan goes. */
export type Target = {
  /** The source's id. */
  source: string;
  /** The remote's address without credentials. */
  remote: string;
  /** The branch that the plan was read from. */
  checkout: string;
  /** The branch that is pushed. */
  branch: string;
  /** It does not exist yet. */
  createsBranch: boolean;
  /** The automation whose author, message and branch it uses; nothing for plans that are not an automation's. */
  automation: ObjectRef | null;
};

/** What can be tried. */
export type TestKind = "reach" | "signIn" | "read" | "write";

/** Tests a remote now. */
export type TestRequest = {
  /** Which. */
  remote: Remote;
};

/** What a test found. */
export type TestResult = {
  /** What was tried, in order, each with its outcome. */
  steps: Array<TestStep>;
  /** How long it took, in milliseconds. */
  took: number;
};

/** One thing that was tried. */
export type TestStep = {
  /** What. */
  step: TestKind;
  /** What was found, such as the branch's commit; perhaps empty. */
  words: string;
  /** Why it failed. */
  problem: WireError | null;
};

/** Themes of the window. */
export type Theme = "system" | "light" | "dark";

/** The timeline of one policy. */
export type Timeline = {
  /** The policy. */
  policy: ObjectRef;
  /** Every tag that was ever seen, oldest first by `at`. */
  tags: Array<TimelineTag>;
  /** The lanes, newest release line on top, `other` last. Tags refer to them by their place. */
  lanes: Array<Lane>;
  /** Why tags were passed over, each reason once. Tags refer to them by their place. */
  reasons: Array<PassedOver>;
  /** The choice, to be ringed. */
  chosen: string | null;
  /** Where flags stand. */
  flags: Array<Flag>;
  /** What stood in Git before: one line for Git. */
  lines: Array<StepLine>;
  /** Spans of time to be tinted. */
  bands: Array<Band>;
  /** A mark right of now: a release that is planned, or a tag that will have cooled. */
  upcoming: Array<Upcoming>;
  /** The registry did not give its whole list of tags. */
  isTruncated: boolean;
};

/** One tag. */
export type TimelineTag = {
  /** The tag. */
  tag: string;
  /** What is printed under the mark where the lane says the rest: `rc.1`. */
  label?: string;
  /** Where it stands on the axis: when it was built where that is known, else when it was first seen. */
  at: string;
  /** When it was built, as the image claims; absent until the image was looked at. */
  created?: string;
  /** When Sluice first saw it. */
  firstSeen: string;
  /** Its lane: a place in `lanes`. */
  lane: number;
  /** How it is drawn. */
  mark: Mark;
  /** Why it was passed over: a place in `reasons`; absent for the choice. */
  reason?: number;
  /** When it will have cooled, for `cooling`. */
  coolsUntil?: string;
  /** Why it is blocked, for `blocked`, in a person's words; perhaps empty. */
  blocked?: string;
  /** Since when the registry no longer has it. */
  goneAt?: string;
};

/** The steps of a trail, in their order. */
export type TrailKind = "planned" | "pushed" | "fetched" | "applied" | "rolledOut" | "healthy";

/** How a step of a trail is. */
export type TrailState = "done" | "working" | "waiting" | "failed" | "unknown";

/** One step of a trail. */
export type TrailStep = {
  /** Which. */
  step: TrailKind;
  /** How it is. */
  state: TrailState;
  /** When it was reached. */
  at: string | null;
  /** More about it in English, such as the commit; perhaps empty. */
  words: string;
  /** The commit that it is about, in full. */
  commit: string | null;
};

/** What the tray shows: the icon and the first lines of its menu. */
export type Tray = {
  /** The icon. */
  state: TrayState;
  /** The number on the icon; 0 shows none. */
  count: number;
  /** The last release, for the menu. */
  lastRelease: TrayRelease | null;
};

/** A release in the tray's menu. */
export type TrayRelease = {
  /** Its id. */
  release: string;
  /** What it is called: `storefront 2026.11.2`, or `3 images`. */
  title: string;
  /** When it last moved. */
  at: string;
  /** How it is. */
  state: ReleaseState;
};

/** The icons of the tray, as the drawings are named. */
export type TrayState = "idle" | "ready" | "working" | "attention" | "paused" | "stuck";

/** One tread: a version that stood for a while. */
export type Tread = {
  /** Since when: the commit's time. */
  at: string;
  /** The tag, or the whole value where it holds no tag. */
  tag: string;
  /** The commit that brought it, in full. */
  commit: string;
  /** Its author's name. */
  author: string;
  /** The first line of its message. */
  subject: string;
  /** Back to a version that had stood there before the one it replaced. */
  isRollback: boolean;
};

/** What a rule that is tried would choose. */
export type Trial = {
  /** The tag that wins. */
  chosen: string | null;
  /** What was ranked for it, where that is not the tag itself. */
  extracted: string | null;
  /** From what the rule in Git chooses to what this one would. */
  change: VersionMove | null;
  /** How many tags each step left out. */
  counts: TrialCounts;
  /** Tags that the rule in Git could choose and this one could not, newest first; at most 200. */
  fallOut: Array<TrialTag>;
  /** Tags that this rule could choose and the one in Git could not, newest first; at most 200. */
  comeIn: Array<TrialTag>;
  /** The reasons that tags refer to by their place. */
  reasons: Array<PassedOver>;
  /** Why it chooses nothing or cannot be evaluated. */
  problem: PolicyProblem | null;
};

/** How many tags each step left out. */
export type TrialCounts = {
  /** All tags. */
  tags: number;
  /** Left out by the exclusion list. */
  excluded: number;
  /** Left out by the filter. */
  filtered: number;
  /** No version, or outside the range. */
  outside: number;
  /** What could win. */
  matching: number;
  /** Tags that fall out in all. */
  fallOut: number;
  /** Tags that come in in all. */
  comeIn: number;
};

/** Tries a rule on the tags that are known. Nothing is saved. */
export type TrialRequest = {
  /** Whose tags. */
  policy: ObjectRef;
  /** The rule to try. */
  draft: PolicyDraft;
};

/** A tag whose fate the tried rule changes. */
export type TrialTag = {
  /** The tag. */
  tag: string;
  /** Its reason under the tried rule: a place in `reasons`; nothing for the one that wins. */
  reason: number | null;
};

/** How a use went. */
export type Tried =
  | {
      tried: "no";
    }
  | {
      tried: "works";
      /** Hosts or sources. */
      targets: Array<string>;
    }
  | {
      tried: "refused";
      /** The remote's own words. */
      words: string;
    };

/** Trusts host keys that a person compared. */
export type TrustHostRequest = {
  /** A source's name, an address, `host` or `host:port`. */
  host: string;
  /** The fingerprints, as they were shown. The server is asked again: it must still show them. */
  fingerprints: Array<string>;
  /** They take the place of others that are on record. */
  replace: boolean;
};

/** Whether a release can be undone. */
export type Undo =
  | {
      can: "yes";
    }
  | {
      can: "no";
      /** Why, as a code … */
      code: NoUndo;
      /** … and in words, such as `flux-system/flask-app was changed since`. */
      why: string;
      /** The policy that is in the way, where it is one. */
      policy: ObjectRef | null;
    };

/** Opens the vault. */
export type UnlockRequest = {
  /** The passphrase of an encrypted file; nothing for the operating system's keychain, which asks by itself. */
  passphrase?: SecretInput;
};

/** Something that will happen. */
export type Upcoming = {
  /** The tag. */
  tag: string;
  /** When. */
  at: string;
  /** What. */
  kind: UpcomingKind;
};

/** What will happen to a tag. */
export type UpcomingKind = "cooled" | "released";

/** Secrets are kept somewhere else now. */
export type VaultMoved = {
  /** How many secrets were taken along. */
  moved: number;
  /** Targets of credentials whose secrets could not be read, and have to be given again. */
  left: Array<string>;
};

/** Where secrets are to be kept. */
export type VaultPlace = "system" | "file";

/** From which version to which. */
export type VersionMove = {
  /** What stands in Git now; nothing where nothing readable stands there. */
  from: ImageVersion | null;
  /** What would stand there, or stands there since. */
  to: ImageVersion;
  /** How far apart they are; nothing where the tags are no versions. */
  step: Step | null;
  /** The new version ranks below the old one under the policy. */
  isDowngrade: boolean;
};

/** Why something waits: the groups of the inbox, in their order. */
export type Wait = "ready" | "cooling" | "window" | "approval" | "held" | "blocked" | "stuck";

/** The answer. */
export type Why = {
  /** The policy. */
  policy: ObjectRef;
  /** What comes next: what the first six steps speak of. */
  next: ImageVersion | null;
  /** When Sluice first saw it. */
  nextSeen: string | null;
  /** What is there now: what the last three steps speak of. */
  now: ImageVersion | null;
  /** Since when it stands in Git. */
  nowSince: string | null;
  /** The nine steps, in order. */
  steps: Array<WhyStep>;
  /** One sentence over all. */
  words: string;
  /** The same as a command line. */
  command: string;
};

/** The nine steps with what is known of each. */
export type WhyFacts =
  | {
      step: "scanned";
      /** Tags. */
      tags: number;
      /** The last success. */
      at: string | null;
      /** The next try. */
      nextAt: string | null;
      /** What the registry said, when the last try failed. */
      error: string | null;
    }
  | {
      step: "filtered";
      /** How many each left out. */
      counts: TrialCounts;
    }
  | {
      step: "chosen";
      /** The choice. */
      tag: string | null;
      /** Why there is none, or why the tag that was asked about is not it. */
      reason: PassedOver | null;
      /** Tags that could be chosen. */
      matching: number;
      /** Of those, not old enough. */
      cooling: number;
    }
  | {
      step: "marker";
      /** Where, by place. */
      places: Array<FilePlace>;
      /** Files. */
      files: number;
      /** Markers that do nothing. */
      ignored: number;
    }
  | {
      step: "automation";
      /** Which. */
      automation: ObjectRef | null;
      /** Its mode. */
      mode: Mode | null;
      /** The branch that is pushed. */
      branch: string | null;
      /** Seconds between runs. */
      interval: number | null;
    }
  | {
      step: "gate";
      /** The closed ones, the most binding first. */
      gates: Array<Gate>;
      /** Since when it waits. */
      since: string | null;
    }
  | {
      step: "pushed";
      /** The commit, in full. */
      commit: string | null;
      /** When. */
      at: string | null;
      /** What the last push said, when it failed. */
      error: string | null;
    }
  | {
      step: "applied";
      /** The revision that was applied. */
      commit: string | null;
    }
  | {
      step: "running";
      /** The tag that runs. */
      tag: string | null;
    };

/** Why brushed tags were passed over, and what one change of the policy would choose of them. */
export type WhyNot = {
  /** The reasons, the most frequent first. */
  groups: Array<WhyNotGroup>;
  /** The smallest change of the rule that would choose one of them. */
  suggestion: Suggestion | null;
};

/** Tags with one reason. */
export type WhyNotGroup = {
  /** The reason. */
  reason: PassedOver;
  /** The tags, in the order asked. */
  tags: Array<string>;
};

/** Asks about tags that were brushed. */
export type WhyNotRequest = {
  /** Whose tags. */
  policy: ObjectRef;
  /** The brushed tags. */
  tags: Array<string>;
};

/** Asks why. */
export type WhyRequest = {
  /** Which policy. */
  policy: ObjectRef;
  /** About this tag instead of the choice. */
  tag?: string;
};

/** How a step is. */
export type WhyState = "fine" | "waiting" | "degraded" | "broken" | "unknown";

/** One step. */
export type WhyStep = {
  /** How it is. */
  state: WhyState;
  /** What is known of it. */
  facts: WhyFacts;
  /** The headline in English: `177 tags`. */
  words: string;
  /** A second line in English; perhaps empty. */
  detail: string;
  /** What mends it, where it is broken or waits for a person. */
  remedy: Remedy | null;
};

/** What the UI is told when something fails. It switches on the code and never reads the English words. */
export type WireError = {
  /** Which kind. */
  code: ErrorCode;
  /** What happened, to which thing, and the other side's own words without secrets. */
  message: string;
  /** What to do next; perhaps empty. */
  hint: string;
};

/** What a person wants done. */
export type Wish =
  | {
      wish: "handOver";
      /** The automation, as its source declares it. */
      automation: ObjectRef;
      /** The cluster; absent takes the one that writes, or the only one that has it. */
      cluster?: string;
      /** Who is to write. */
      to: Writer;
      /** What Sluice may do from then on, where it is to write; `review` when absent. */
      mode?: Mode;
    }
  | {
      wish: "apply";
      /** The Kustomization, as its source declares it. */
      kustomization: ObjectRef;
      /** The cluster. */
      cluster: string;
    }
  | {
      wish: "export";
      /** The source. */
      source: string;
      /** `Deployment/flask-app`. */
      workload: string;
      /** Which of its images, where it has several. */
      image?: string;
      /** The name of the new resources; the workload's own when absent. */
      name?: string;
      /** Their namespace; `flux-system` when absent. */
      namespace?: string;
      /** The folder that they are written to; beside Flux's other resources when absent. */
      into?: string;
      /** The versions that are wanted; the patch releases of what stands there when absent. */
      range?: string;
      /** The Secret that Flux signs in with. */
      secret?: string;
    }
  | {
      wish: "bootstrap";
      /** The source, or the repository's address. */
      repository: string;
      /** The cluster. */
      cluster: string;
      /** The folder of the cluster in the repository; `clusters/NAME` when absent. */
      path?: string;
      /** The branch; the source's own when absent. */
      branch?: string;
      /** The owner is a person and no organisation. */
      isPersonal: boolean;
      /** The image controllers come too. */
      withImages: boolean;
    };

/** Work under way. */
export type Working = {
  /** Steps done. */
  done: number;
  /** Steps in all. */
  total: number;
};

/** A workload in a cluster. */
export type WorkloadRow = {
  /** `Deployment`, … */
  kind: string;
  /** Its namespace. */
  namespace: string;
  /** Its name. */
  name: string;
  /** The images of its template, without doubles. */
  images: Array<string>;
  /** Pods that are ready. */
  ready: number;
  /** Pods that there should be. */
  wanted: number;
  /** How it is. */
  health: Health;
  /** What is missing, or what keeps a pod from running; empty while all is well. */
  words: string;
};

/** What is known of a right to write. */
export type WriteAccess =
  | {
      state: "untried";
    }
  | {
      state: "allowed";
      /** When. */
      at: string;
    }
  | {
      state: "refused";
      /** When. */
      at: string;
      /** The remote's own words. */
      words: string;
    };

/** Who writes an automation's markers. */
export type Writer = "here" | "cluster";

/** An automation in a cluster that writes the same markers. */
export type WriterInCluster = {
  /** The cluster. */
  cluster: string;
  /** The automation there: `flux-system/flask-app`. */
  automation: string;
  /** When it ran last. */
  lastRun: string | null;
};

/** Allows or forbids writing to a repository. */
export type WritingRequest = {
  /** The Git remote. */
  source: string;
  /** Allowed: its automations go to `review`, unless the team's rule is stricter. */
  allowed: boolean;
};
