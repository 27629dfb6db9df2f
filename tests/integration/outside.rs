//! What the heap owns outside it, verdicts on class loaders and on what ran out, and texts beside
//! the heap.

use crate::support::{Opened, expected, extra_dump, extra_dumps, fixture, opened};
use heapglass::analysis::outside::compare::{SideAnswer, SideKind};
use heapglass::analysis::outside::{OutsideKind, OutsideName, OutsideReport};
use heapglass::analysis::story::plain_text;
use heapglass::analysis::verdict::{Confidence, Finding, Verdict};

fn kind(report: &OutsideReport, name: OutsideName) -> Option<&OutsideKind> {
    report.kinds.iter().find(|kind| kind.name == name)
}

fn number(value: &serde_json::Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn told(verdict: &Verdict) -> String {
    verdict.story.iter().map(|sentence| plain_text(sentence)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_innocent_heap_tells_all_that_its_program_owns_outside() {
    let dump = fixture("story-native-innocent-heap");
    let expected = expected("story-native-innocent-heap");
    let report = dump.inquiry().outside_report();
    let of = |name| kind(&report, name).unwrap_or_else(|| panic!("no {name:?}"));

    let direct = of(OutsideName::DirectBuffers);
    // Slices and duplicates are no buffers of their own: 2,300, not 2,350.
    assert_eq!(direct.count, number(&expected["directBuffers"]["owning"]));
    assert_eq!(direct.bytes, Some(number(&expected["directBuffers"]["bytes"])));
    assert!(direct.notes.iter().any(|note| note.contains("50 slices")), "{:?}", direct.notes);
    for (row, owner) in
        direct.rows.iter().zip(expected["directBuffers"]["owners"].as_array().unwrap())
    {
        let field = owner["staticField"].as_str().unwrap();
        assert!(row.holder.as_ref().is_some_and(|holder| holder.contains(field)), "{row:?}");
        assert_eq!((row.count, row.bytes), (number(&owner["buffers"]), owner["bytes"].as_u64()));
    }
    let mapped = of(OutsideName::MappedFiles);
    assert_eq!(mapped.count, number(&expected["mappedBuffers"]["count"]));
    assert_eq!(mapped.bytes, Some(number(&expected["mappedBuffers"]["bytes"])));

    let compressors = of(OutsideName::Compressors);
    let of_program = |class: &str| {
        let rows = compressors.rows.iter();
        rows.filter(|row| row.class.as_ref().is_some_and(|c| c.name.ends_with(class)))
            .filter(|row| row.holder.as_ref().is_some_and(|h| h.contains("RenderService")))
            .map(|row| row.count)
            .sum::<u64>()
    };
    assert_eq!(of_program("Inflater"), number(&expected["inflaters"]["open"]));
    assert_eq!(of_program("Deflater"), number(&expected["deflaters"]["open"]));
    assert!(compressors.is_estimate);
    let ended = format!("{} more are ended", number(&expected["inflaters"]["ended"]));
    assert!(compressors.notes.iter().any(|note| note.contains(&ended)), "{:?}", compressors.notes);

    let files = of(OutsideName::Files);
    let texture = files.rows.iter().find(|row| row.label.ends_with("texture.bin")).unwrap();
    assert_eq!(texture.count, number(&expected["files"]["openFileInputStreams"]));

    let workers = of(OutsideName::Threads).rows.iter();
    let workers = workers.filter(|row| row.label == "render-worker-#").collect::<Vec<_>>();
    assert_eq!(workers[0].count, number(&expected["workerThreads"]["count"]));
    let small = number(&expected["workerThreads"]["withStackSize512K"]);
    assert_eq!(workers[0].bytes, Some((workers[0].count << 20) - (small << 19)));
}

#[test]
fn open_statements_are_counted_by_their_sql() {
    let dump = fixture("story-native-innocent-heap");
    let jdbc = &expected("story-native-innocent-heap")["jdbc"];
    let report = dump.inquiry().outside_report();
    let of = |name| kind(&report, name).unwrap();
    assert_eq!(of(OutsideName::Connections).count, number(&jdbc["openConnections"]));
    assert_eq!(of(OutsideName::ResultSets).count, number(&jdbc["openResultSets"]));
    let statements = of(OutsideName::Statements);
    assert_eq!(statements.count, number(&jdbc["openStatements"]));
    let by_sql = jdbc["openBySql"].as_object().unwrap();
    assert_eq!(statements.rows.len(), by_sql.len());
    for row in &statements.rows {
        assert_eq!(Some(row.count), by_sql[&*row.label].as_u64(), "{}", row.label);
    }
    let verdict = dump.inquiry().verdict(&dump.inquiry().suspects());
    let most = &statements.rows[0];
    assert!(told(&verdict).contains(&format!("Of the open statements {} are", most.count)));
    assert!(told(&verdict).contains(&*most.label), "{}", told(&verdict));
}

#[test]
fn metaspace_that_ran_out_is_blamed_on_the_loaders_that_took_it() {
    let Some(root) = extra_dumps() else { return };
    let dump = opened(&extra_dump(&root, "oom_metaspace").unwrap());
    let verdict = dump.inquiry().verdict(&dump.inquiry().suspects());
    assert_eq!(verdict.finding, Finding::Classes);
    assert_eq!(verdict.confidence, Confidence::High);
    assert_eq!(
        plain_text(&verdict.headline),
        "Class metadata (Metaspace) ran out, not the heap: 10,256 class loaders of class \
         ByteArrayClassLoader are alive, each with its own copy of Leaky."
    );
    let told = told(&verdict);
    for words in [
        "The heap has room",
        "Thread main was throwing OutOfMemoryError in java.lang.ClassLoader.defineClass1",
        "of metadata outside the heap (an estimate)",
        "They are kept alive by thread main › OomMeta.main",
    ] {
        assert!(told.contains(words), "{words} in {told}");
    }
    let advice = plain_text(verdict.remedy.as_ref().unwrap());
    assert!(
        advice.contains("Make one ByteArrayClassLoader") && !advice.contains("pages"),
        "{advice}"
    );
    let path = verdict.path.expect("a chain");
    assert_eq!(path.root, Some("Thread"));
    assert!(path.steps.iter().any(|step| step.row.name == "java.util.ArrayList"), "{path:?}");
}

#[test]
fn healthy_programs_have_no_class_leaks() {
    let healthy = fixture("healthy");
    let leaks = healthy.inquiry().class_leaks();
    assert!(leaks.loaders.is_empty() && leaks.generated.is_empty(), "{leaks:?}");
    let Some(root) = extra_dumps() else { return };
    for name in ["app_jetty", "app_javac"] {
        let dump = opened(&extra_dump(&root, name).unwrap());
        let leaks = dump.inquiry().class_leaks();
        assert!(leaks.loaders.is_empty() && leaks.generated.is_empty(), "{name}: {leaks:?}");
    }
}

#[test]
fn virtual_threads_have_no_stack_outside_the_heap() {
    let Some(root) = extra_dumps() else { return };
    let dump = opened(&extra_dump(&root, "jdk25_vthreads_g1").unwrap());
    let report = dump.inquiry().outside_report();
    let threads = kind(&report, OutsideName::Threads).unwrap();
    assert_eq!(threads.count, 18);
    assert!(threads.notes.iter().any(|note| note.starts_with("5,000 virtual threads")));
}

#[test]
fn statements_with_literals_are_few_texts() {
    let Some(root) = extra_dumps() else { return };
    let dump = opened(&extra_dump(&root, "jdk25_compacthdr_native_leak_g1").unwrap());
    let report = dump.inquiry().outside_report();
    let direct = kind(&report, OutsideName::DirectBuffers).unwrap();
    assert_eq!((direct.count, direct.rows.len()), (5000, 1), "slices are not counted again");
    let statements = kind(&report, OutsideName::Statements).unwrap();
    assert_eq!(statements.count, 300_000);
    assert!(statements.rows.len() < 10, "{} rows", statements.rows.len());
    assert!(statements.rows[0].label.contains("o.status=? AND o.created_at > ?"));
}

fn compared(dump: &Opened, texts: &[&str]) -> Vec<SideAnswer> {
    let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
    dump.inquiry().compare_side_texts(&texts)
}

#[test]
fn the_jvms_own_histogram_agrees_with_its_dump() {
    let dump = fixture("story-native-innocent-heap");
    let text = include_str!("../fixtures/story-native-innocent-heap.histo.txt");
    let [answer] = &compared(&dump, &[text])[..] else { panic!("one answer for each text") };
    assert_eq!(answer.kind, SideKind::ClassHistogram);
    let objects = answer.rows.iter().find(|row| row.what == "All objects").unwrap();
    let known = objects.explained.unwrap();
    assert!(objects.told.abs_diff(known) * 20 < known, "{objects:?}");
    // A leak that grew since the dump leads the list.
    let grown = text.replacen("   1: ", "   0:  9999999  999999999  com.acme.Grown\n   1: ", 1);
    let [answer] = &compared(&dump, &[&grown])[..] else { panic!("one answer") };
    assert_eq!(answer.rows[2].what, "com.acme.Grown");
    assert_eq!(answer.rows[2].explained, Some(0));
}

#[test]
fn native_memory_is_explained_as_far_as_the_heap_knows() {
    let dump = fixture("story-native-innocent-heap");
    let memory = include_str!("../../src/side/samples/jdk17.native-memory.txt");
    let smaps = include_str!("../../src/side/samples/linux.smaps.txt");
    let threads = include_str!("../../src/side/samples/jdk17.threads.txt");
    let answers = compared(&dump, &[memory, smaps, threads, "something else"]);
    let kinds: Vec<SideKind> = answers.iter().map(|answer| answer.kind).collect();
    use SideKind::{NativeMemory, Smaps, ThreadDump, Unknown};
    assert_eq!(kinds, [NativeMemory, Smaps, ThreadDump, Unknown]);
    let row = |answer: &SideAnswer, what: &str| {
        answer.rows.iter().find(|row| row.what == what).cloned().unwrap_or_else(|| panic!("{what}"))
    };
    let other = row(&answers[0], "Other");
    assert_eq!(other.explained, Some(dump.inquiry().outside().direct_bytes));
    assert_eq!(row(&answers[0], "GC").explained, None, "a heap knows nothing of it");
    assert!(row(&answers[0], "Metaspace").is_estimate);
    // With the JVM's own count beside it, that is what explains the process.
    assert_eq!(row(&answers[1], "Resident (Rss)").explained, Some(90_984 << 10));
    assert!(answers[3].rows.is_empty() && answers[3].summary.contains("none of the texts"));
}

#[cfg(feature = "writer")]
mod made {
    use super::told;
    use crate::known_leaks::scene::{Scene, a, array, bytes_of, list, times};
    use crate::support::Opened;
    use heapglass::analysis::story::plain_text;
    use heapglass::analysis::verdict::{Finding, Verdict};

    fn verdict_on(scene: Scene) -> Verdict {
        let dump = Opened::of(scene.dump()).unwrap();
        let inquiry = dump.inquiry();
        inquiry.verdict(&inquiry.suspects())
    }

    /// A heap in which something keeps an error.
    fn with_error(message: &str, depth: i32) -> Scene {
        let error = a("java.lang.OutOfMemoryError").with("detailMessage", message);
        let error = error.with("depth", depth);
        Scene::new().keep("com.acme.App#last", error).keep("com.acme.App#data", bytes_of(5000))
    }

    #[test]
    fn the_message_of_an_error_that_was_thrown_decides() {
        for (message, finding, words) in [
            ("Metaspace", Finding::Classes, "Class metadata (Metaspace) ran out, not the heap"),
            ("Compressed class space", Finding::Classes, "Class metadata"),
            (
                "unable to create native thread: possibly out of memory",
                Finding::Outside,
                "Threads ran out",
            ),
            ("Direct buffer memory", Finding::Outside, "Memory for direct buffers ran out"),
            ("C heap space", Finding::Outside, "Memory of the process ran out"),
            (
                "Requested array size exceeds VM limit",
                Finding::Allocation,
                "an array was asked for",
            ),
        ] {
            let scene = with_error(message, 7);
            // Enough else that no holder is accused by its share.
            let scene = (0..12).fold(scene, |scene, _| scene.keep_many(4, &bytes_of(2000)));
            let verdict = verdict_on(scene);
            let headline = plain_text(&verdict.headline);
            assert_eq!(verdict.finding, finding, "{message}: {headline}");
            assert!(headline.contains(words), "{message}: {headline}");
            assert!(told(&verdict).contains(message), "{message}: {}", told(&verdict));
            assert!(verdict.remedy.is_some());
        }
    }

    #[test]
    fn errors_that_the_jvm_keeps_ready_decide_nothing() {
        for message in ["Metaspace", "Compressed class space", "C heap space"] {
            let verdict = verdict_on(with_error(message, 0));
            assert!(!told(&verdict).contains(message), "{}", told(&verdict));
            assert!(!matches!(verdict.finding, Finding::Classes | Finding::Outside));
        }
        // A message of the application's own is none of the JVM's.
        let verdict = verdict_on(with_error("we ran out of patience", 3));
        assert!(!told(&verdict).contains("patience"));
    }

    /// So many loaders of one class, each of which defines what `classes` says of its number.
    fn loaders(count: usize, classes: impl Fn(usize) -> Vec<String>) -> Scene {
        (0..count).fold(Scene::new(), |scene, at| {
            let name: &'static str = format!("loader {at}").leak();
            let classes = classes(at);
            let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
            scene
                .loader(name, a("com.acme.PluginLoader").weighing(4000), &classes)
                .keep(&format!("com.acme.Plugins#plugin{at}"), a(classes[0]).of_loader(name))
        })
    }

    #[test]
    fn loaders_that_define_the_same_classes_are_one_finding() {
        let verdict =
            verdict_on(loaders(60, |_| vec!["com.acme.Plugin".into(), "com.acme.Api".into()]));
        assert_eq!(verdict.finding, Finding::Classes, "{}", plain_text(&verdict.headline));
        let headline = plain_text(&verdict.headline);
        assert!(
            headline.starts_with(
                "Class loaders pile up: 60 class loaders of class PluginLoader are alive"
            ),
            "{headline}"
        );
        // Scripts that are numbered are copies, too.
        let verdict = verdict_on(loaders(60, |at| vec![format!("Script{at}")]));
        assert_eq!(verdict.finding, Finding::Classes, "{}", plain_text(&verdict.headline));
    }

    #[test]
    fn loaders_of_different_plugins_are_no_finding() {
        // Each has classes of its own and a library that all bring along.
        // No digits: numbers at the end of names are passed over.
        let name = |at: usize, class: &str| format!("com.acme.p{}{class}", "x".repeat(at));
        let verdict = verdict_on(loaders(60, |at| {
            let own = ["Main", "Service", "Model", "View"].map(|class| name(at, class));
            own.into_iter().chain(["org.lib.Logger".to_owned()]).collect()
        }));
        assert_ne!(verdict.finding, Finding::Classes, "{}", plain_text(&verdict.headline));
    }

    #[test]
    fn generated_classes_are_a_finding_from_thousands_on() {
        let made = |count: usize| {
            let names = (0..count).map(|at| format!("com.acme.Job$$Lambda${at}+0x{at:x}"));
            verdict_on(
                Scene::new()
                    .keep("com.acme.App#data", list(times(30, &bytes_of(900))))
                    .defines(names),
            )
        };
        let verdict = made(8000);
        assert_eq!(verdict.finding, Finding::Classes, "{}", plain_text(&verdict.headline));
        assert!(plain_text(&verdict.headline).contains("8,000 generated classes (lambdas)"));
        assert_ne!(made(1500).finding, Finding::Classes);
    }

    #[test]
    fn views_of_a_buffer_own_nothing() {
        let cleaner = || {
            a("jdk.internal.ref.Cleaner").with(
                "thunk",
                a("java.nio.DirectByteBuffer$Deallocator")
                    .with("address", 4096i64)
                    .with("size", 100i64),
            )
        };
        let buffer =
            || a("java.nio.DirectByteBuffer").with("capacity", 100).with("cleaner", cleaner());
        let view = a("java.nio.DirectByteBuffer").with("capacity", 60).with("att", buffer());
        let freed = a("java.nio.DirectByteBuffer").with("capacity", 1 << 30).with(
            "cleaner",
            a("jdk.internal.ref.Cleaner")
                .with("thunk", a("java.nio.DirectByteBuffer$Deallocator").with("address", 0i64)),
        );
        let foreign = a("java.nio.DirectByteBuffer").with("capacity", 1 << 30);
        let all = array(vec![buffer(), view, freed, foreign]);
        let dump = Opened::of(Scene::new().keep("com.acme.App#buffers", all).dump()).unwrap();
        let report = dump.inquiry().outside_report();
        let direct = report.kinds.iter().find(|kind| kind.bytes == Some(200)).unwrap();
        // The second is the one that the view is of.
        assert_eq!(direct.count, 2);
        assert!(direct.notes.iter().any(|note| note.starts_with("1 slice, duplicate or view is")));
        assert!(
            direct
                .notes
                .iter()
                .any(|note| note.contains("1 buffer has no Cleaner") && note.contains("1.00 GiB"))
        );
    }
}

/// Objects of drivers with the fields that their sources give them.
#[cfg(feature = "writer")]
mod drivers {
    use super::*;
    use heapglass::hprof::writer::DumpBuilder;
    use heapglass::hprof::{BasicType, IdSize, ObjectId, RootKind, Value};

    struct Made {
        dump: DumpBuilder,
        all: Vec<ObjectId>,
    }

    const NULL: Value = Value::Object(ObjectId(0));

    impl Made {
        fn new() -> Self {
            let mut dump = DumpBuilder::new(IdSize::Eight);
            dump.standard_classes();
            Self { dump, all: Vec::new() }
        }

        fn a(&mut self, class: &str, fields: &[(&str, Value)]) -> Value {
            let id = self.dump.find_class(class).unwrap_or_else(|| {
                let ty = |value: &Value| match value {
                    Value::Boolean(_) => BasicType::Boolean,
                    _ => BasicType::Object,
                };
                let class = self.dump.class(class);
                fields.iter().fold(class, |class, (name, v)| class.field(name, ty(v))).build()
            });
            let object = self.dump.instance_with(id, fields);
            self.all.push(object);
            Value::Object(object)
        }

        fn text(&mut self, text: &str) -> Value {
            Value::Object(self.dump.string(text))
        }

        fn open(mut self) -> OutsideReport {
            let array = self.dump.standard_classes().object_array;
            let all = self.dump.object_array(array, &self.all);
            self.dump.root(RootKind::JniGlobal, all);
            Opened::of(self.dump.finish()).unwrap().inquiry().outside_report()
        }
    }

    /// How many are open, and the texts of those.
    fn open(report: &OutsideReport, name: OutsideName) -> (u64, Vec<String>) {
        let Some(kind) = kind(report, name) else { return (0, Vec::new()) };
        let unknown = kind.notes.iter().filter(|note| note.contains("nothing tells"));
        assert_eq!(unknown.count(), 0, "{name:?}: {:?}", kind.notes);
        (kind.count, kind.rows.iter().map(|row| row.label.to_string()).collect())
    }

    #[test]
    fn postgresql_knows_by_its_stream_its_flag_and_its_rows() {
        let mut made = Made::new();
        for stream in [true, false] {
            let stream = if stream { made.a("org.postgresql.core.PGStream", &[]) } else { NULL };
            let action =
                made.a("org.postgresql.core.QueryExecutorCloseAction", &[("pgStream", stream)]);
            let executor =
                made.a("org.postgresql.core.v3.QueryExecutorImpl", &[("closeAction", action)]);
            made.a("org.postgresql.jdbc.PgConnection", &[("queryExecutor", executor)]);
        }
        let sql = made.text("SELECT 1");
        let native = made.a("org.postgresql.core.NativeQuery", &[("nativeSql", sql)]);
        let query = made.a("org.postgresql.core.v3.SimpleQuery", &[("nativeQuery", native)]);
        let cached = made.a("org.postgresql.core.CachedQuery", &[("query", query)]);
        for closed in [true, false] {
            let fields = [("preparedQuery", cached), ("isClosed", Value::Boolean(closed))];
            let statement = made.a("org.postgresql.jdbc.PgPreparedStatement", &fields);
            let rows = if closed { NULL } else { made.a("java.util.ArrayList", &[]) };
            let fields = [("statement", statement), ("rows", rows)];
            made.a("org.postgresql.jdbc.PgResultSet", &fields);
        }
        let report = made.open();
        assert_eq!(open(&report, OutsideName::Connections).0, 1);
        let one = (1, vec!["SELECT 1".to_owned()]);
        assert_eq!(open(&report, OutsideName::Statements), one);
        assert_eq!(open(&report, OutsideName::ResultSets), one);
    }

    #[test]
    fn h2_forgets_what_a_closed_object_needed() {
        let mut made = Made::new();
        let session = made.a("org.h2.engine.SessionLocal", &[]);
        let connection = made.a("org.h2.jdbc.JdbcConnection", &[("session", session)]);
        made.a("org.h2.jdbc.JdbcConnection", &[("session", NULL)]);
        let sql = made.text("SELECT 2");
        for conn in [connection, NULL] {
            let fields = [("conn", conn), ("sqlStatement", sql)];
            let statement = made.a("org.h2.jdbc.JdbcPreparedStatement", &fields);
            let result = if conn == NULL { NULL } else { session };
            made.a("org.h2.jdbc.JdbcResultSet", &[("stat", statement), ("result", result)]);
        }
        let report = made.open();
        assert_eq!(open(&report, OutsideName::Connections).0, 1);
        let one = (1, vec!["SELECT 2".to_owned()]);
        assert_eq!(open(&report, OutsideName::Statements), one);
        assert_eq!(open(&report, OutsideName::ResultSets), one);
    }

    #[test]
    fn mariadb_calls_its_result_sets_results_and_asks_its_client() {
        let mut made = Made::new();
        let sql = made.text("SELECT 3");
        for closed in [true, false] {
            let flag = ("closed", Value::Boolean(closed));
            let client = made.a("org.mariadb.jdbc.client.impl.StandardClient", &[flag]);
            made.a("org.mariadb.jdbc.Connection", &[("client", client)]);
            let statement =
                made.a("org.mariadb.jdbc.ClientPreparedStatement", &[("sql", sql), flag]);
            let fields = [("statement", statement), flag];
            made.a("org.mariadb.jdbc.client.result.StreamingResult", &fields);
        }
        let report = made.open();
        assert_eq!(open(&report, OutsideName::Connections).0, 1);
        let one = (1, vec!["SELECT 3".to_owned()]);
        assert_eq!(open(&report, OutsideName::Statements), one);
        assert_eq!(open(&report, OutsideName::ResultSets), one);
    }

    #[test]
    fn sqlite_oracle_and_sql_server_have_flags_of_their_own() {
        let mut made = Made::new();
        for closed in [true, false] {
            let [lite, oracle, server] = ["SELECT 4", "SELECT 5", "SELECT 6"].map(|t| made.text(t));
            let flag = ("closed", Value::Boolean(closed));
            let lite = made.a("org.sqlite.jdbc4.JDBC4PreparedStatement", &[("sql", lite), flag]);
            let fields = [("stmt", lite), ("open", Value::Boolean(!closed))];
            made.a("org.sqlite.jdbc4.JDBC4ResultSet", &fields);
            let sql = made.a("oracle.jdbc.driver.OracleSql", &[("originalSql", oracle)]);
            made.a("oracle.jdbc.driver.T4CPreparedStatement", &[("sqlObject", sql), flag]);
            let fields = [("userSQL", server), ("bIsClosed", Value::Boolean(closed))];
            made.a("com.microsoft.sqlserver.jdbc.SQLServerPreparedStatement", &fields);
        }
        let report = made.open();
        let (count, mut texts) = open(&report, OutsideName::Statements);
        texts.sort();
        assert_eq!((count, texts.join(", ")), (3, "SELECT 4, SELECT 5, SELECT 6".to_owned()));
        assert_eq!(open(&report, OutsideName::ResultSets), (1, vec!["SELECT 4".to_owned()]));
    }
}
