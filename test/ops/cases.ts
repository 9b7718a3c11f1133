/** For each alert: what a shop looks like in which it must fire, and one that is nearly so in which it must not. */

/** a series, and its values in promtool's notation: `0+60x10` is 0, 60, ... 600 */
type Series = [series: string, values: string];

export interface Case {
  firing: Series[];
  quiet: Series[];
  /** between two values; default 1m */
  interval?: string;
  /** when it is asked; default 15m */
  at?: string;
}

const app = (name: string, labels = "") =>
  `${name}{job="pos-odata",instance="a:3000"${labels === "" ? "" : `,${labels}`}}`;
const other = (name: string) => `${name}{job="pos-odata",instance="b:3000"}`;

const requests = (failed: string, good: string): Series[] => [
  [app("pos_http_request_duration_seconds_count", 'status="500",route="/pos"'), failed],
  [app("pos_http_request_duration_seconds_count", 'status="200",route="/pos"'), good],
];
const buckets = (counts: Record<string, string>): Series[] =>
  Object.entries(counts).map(([le, values]) => [
    app("pos_http_request_duration_seconds_bucket", `route="/pos",le="${le}"`),
    values,
  ]);
const one = (name: string, firing: string, quiet: string, labels = ""): Case => ({
  firing: [[app(name, labels), firing]],
  quiet: [[app(name, labels), quiet]],
});

export const cases: Record<string, Case> = {
  ServiceDown: one("up", "1x5 0x20", "1x20"),
  ServiceMissing: { firing: [['up{job="other"}', "1x20"]], quiet: [[app("up"), "0x20"]] },
  DatabaseDown: {
    firing: [
      [app("pos_database_up"), "1x5 0x20"],
      [other("pos_database_up"), "0x25"],
    ],
    quiet: [
      [app("pos_database_up"), "1x20"],
      [other("pos_database_up"), "0x20"],
    ],
  },
  DatabaseUnreachable: {
    firing: [
      [app("pos_database_up"), "1x20"],
      [other("pos_database_up"), "0x20"],
    ],
    quiet: [
      [app("pos_database_up"), "1x20"],
      [other("pos_database_up"), "1x20"],
    ],
  },
  RedisDown: one("pos_redis_up", "0x20", "1x20"),
  ReplicaNotRead: one("pos_replica_up", "0x20", "1x20"),
  HighCpu: one("process_cpu_seconds_total", "0+57x30", "0+50x30"),
  HighMemory: {
    firing: [
      [app("process_resident_memory_bytes"), "900x20"],
      [app("pos_memory_limit_bytes"), "1000x20"],
    ],
    quiet: [
      [app("process_resident_memory_bytes"), "840x20"],
      [app("pos_memory_limit_bytes"), "1000x20"],
    ],
  },
  HeapNearlyFull: {
    firing: [
      [app("nodejs_heap_size_used_bytes"), "950x20"],
      [app("nodejs_heap_size_limit_bytes"), "1000x20"],
    ],
    quiet: [
      [app("nodejs_heap_size_used_bytes"), "890x20"],
      [app("nodejs_heap_size_limit_bytes"), "1000x20"],
    ],
  },
  EventLoopSlow: one("nodejs_eventloop_lag_p99_seconds", "0.6x20", "0.4x20"),
  PoolNearlyFull: {
    firing: [
      [app("pos_database_pool_connections", 'state="used"'), "19x20"],
      [app("pos_database_pool_connections", 'state="idle"'), "0x20"],
      [app("pos_database_pool_max"), "20x20"],
    ],
    quiet: [
      [app("pos_database_pool_connections", 'state="used"'), "10x20"],
      [app("pos_database_pool_connections", 'state="idle"'), "10x20"],
      [app("pos_database_pool_max"), "20x20"],
    ],
  },
  PoolQueue: one("pos_database_pool_waiting", "3x20", "0 2 0 0 3 0 0x20"),
  CriticalErrors: one("pos_faults_total", "0x8 2 4 8 10 12 14 16x9", "0x8 1 1 2 2 2 2 2x9"),
  HighErrorRate: {
    firing: requests("0+3x80", "0+27x80"),
    quiet: [
      ...requests("0+1x80", "0+30x80"),
      // it answers 503 while it is stopped
      [app("pos_http_request_duration_seconds_count", 'status="503",route="/health/ready"'), "0+9x80"],
    ],
    interval: "15s",
  },
  SlowRequests: {
    firing: buckets({ "1": "0+90x20", "2.5": "0+100x20", "+Inf": "0+100x20" }),
    quiet: buckets({ "1": "0+99x20", "2.5": "0+100x20", "+Inf": "0+100x20" }),
  },
  FiguresMissing: {
    firing: [
      [app("pos_figures_left_out_total", 'figure="pos_backup_failed"'), "0+2x40"],
      [app("pos_database_up"), "1x40"],
    ],
    // the database was away
    quiet: [
      [app("pos_figures_left_out_total", 'figure="pos_backup_failed"'), "0+2x40"],
      [app("pos_database_up"), "1x20 0x5 1x15"],
    ],
    at: "30m",
  },
  // promtool's clock begins in 1970
  CertificateEnds: one("pos_certificate_expires_timestamp_seconds", "1000000x20", "2000000x20"),

  InvariantBroken: one("pos_invariant_violations", "1x20", "0x20", 'invariant="sale_adds_up",scope="whole"'),
  InvariantsNotChecked: {
    firing: [[app("pos_invariant_checked_timestamp_seconds", 'scope="recent"'), "0x100"]],
    quiet: [
      [app("pos_invariant_checked_timestamp_seconds", 'scope="recent"'), "0+60x100"],
      [app("pos_invariant_checked_timestamp_seconds", 'scope="whole"'), "0x100"],
    ],
    at: "80m",
  },
  ReportsMended: one("pos_report_days_mended_total", "0x10 2x20", "2x30"),
  LedgerTampered: one("pos_ledger_findings", "0x10 2x20", "0x20", 'ledger="sales"'),
  LedgerNotVerified: {
    ...one("pos_ledger_verified_timestamp_seconds", "0x40", "18000x40", 'ledger="sales"'),
    interval: "1h",
    at: "32h",
  },
  OutboxLate: one("pos_outbox_lag_seconds", "400x20", "200x20"),
  OutboxDead: one("pos_outbox_dead", "1x20", "0x20"),
  JobFailed: one("pos_job_failed", "1x20", "0x20", 'task="kernel/clean_outbox"'),
  JobLate: {
    ...one("pos_job_last_success_timestamp_seconds", "0x60", "18000x60", 'task="backup/backup"'),
    interval: "1h",
    at: "52h",
  },

  BackupFailed: one("pos_backup_failed", "1x20", "0x20"),
  BackupLate: one("pos_backup_age_seconds", "95000x20", "90000x20"),
  BackupNotProven: {
    firing: [
      [app("pos_backup_drill_ok"), "0x20"],
      [app("pos_backup_drill_timestamp_seconds"), "1x20"],
    ],
    // none was restored yet
    quiet: [[app("pos_backup_drill_timestamp_seconds"), "0x20"]],
  },
  BackupNotTried: {
    ...one("pos_backup_drill_timestamp_seconds", "0x200", "36000x200"),
    interval: "1h",
    at: "195h",
  },
  BackupNotCopied: one("pos_backup_copy_ok", "0x20", "1x20", 'place="folder"'),

  NumbersNearlyUsed: {
    firing: [
      [app("pos_numbers_left_ratio", 'store="1",register="2"'), "0.05x20"],
      [app("pos_numbers_left", 'store="1",register="2"'), "50x20"],
    ],
    quiet: [
      [app("pos_numbers_left_ratio", 'store="1",register="2"'), "0.15x20"],
      [app("pos_numbers_left", 'store="1",register="2"'), "150x20"],
    ],
  },
  NumbersUsedUp: one("pos_numbers_left", "0x20", "1x20", 'store="1",register="2"'),
  NumbersEnd: one("pos_numbers_left_days", "14x20", "15x20", 'store="1",register="2"'),
  PrintersStuck: one("pos_print_oldest_seconds", "400x20", "200x20"),
  PrintJobsFailed: one("pos_print_jobs", "1x20", "0x20", 'state="failed"'),
  ShiftForgotten: one("pos_open_shift_oldest_seconds", "90000x20", "80000x20", 'store="1"'),
};
