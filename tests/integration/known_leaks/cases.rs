//! For each entry of the catalogue a heap that it is about, and one that only looks like it.

use super::scene::{
    Scene, Thing, a, array, atomic, bytes_of, concurrent_map, constant, list, map, map_of, times,
};
use heapglass::hprof::BasicType;

/// An entry's two heaps.
pub(crate) struct Case {
    pub(crate) id: &'static str,
    pub(crate) trigger: Scene,
    pub(crate) miss: Scene,
}

fn case(id: &'static str, trigger: Scene, miss: Scene) -> Case {
    Case { id, trigger, miss }
}

/// Bytes of what an entry is about.
const LARGE: usize = 200_000;
/// Bytes beside it that make it a small part of the heap.
const LARGER: usize = 2_500_000;

/// The class before `#` and the field after it.
fn split(field: &str) -> (&str, &str) {
    field.split_once('#').unwrap()
}

/// A heap in which an instance refers to a thing by a field.
fn owner(field: &str, thing: Thing) -> Scene {
    let (class, field) = split(field);
    Scene::new().keep("com.acme.App#it", a(class).with(field, thing))
}

/// The field of an instance holds most of the heap; or the same, but little of it.
fn part_of_heap(id: &'static str, field: &str) -> Case {
    let heap = || owner(field, map(times(20, &bytes_of(LARGE / 20))));
    case(id, heap().beside(LARGE), heap().beside(LARGER))
}

/// The same with a static field.
fn static_part_of_heap(id: &'static str, field: &str) -> Case {
    let heap = || Scene::new().keep(field, map(times(20, &bytes_of(LARGE / 20))));
    case(id, heap().beside(LARGE), heap().beside(LARGER))
}

/// A collection of an instance holds most of the heap in many elements; or in few.
fn many_in_heap(id: &'static str, field: &str, least: usize) -> Case {
    let heap = |n: usize| owner(field, list(times(n, &bytes_of(2 * LARGE / n))));
    case(id, heap(least), heap(least - 1))
}

/// A collection of an instance has so many elements; or one less.
fn elements(id: &'static str, field: &str, least: i32) -> Case {
    case(id, owner(field, sized(least)), owner(field, sized(least - 1)))
}

/// The same with a static field.
fn static_elements(id: &'static str, field: &str, least: i32) -> Case {
    let heap = |size| Scene::new().keep(field, sized(size));
    case(id, heap(least), heap(least - 1))
}

/// So many instances; or one less.
fn instances(id: &'static str, class: &str, least: usize) -> Case {
    let heap = |n| Scene::new().keep_many(n, &a(class));
    case(id, heap(least), heap(least - 1))
}

/// Instances that retain much of the heap; or little.
fn retained(id: &'static str, class: &str) -> Case {
    let heap = || Scene::new().keep_many(10, &a(class).weighing(LARGE / 10));
    case(id, heap().beside(LARGE / 2), heap().beside(LARGER))
}

/// So many classes of a kind of name; or one less.
fn generated(id: &'static str, name: impl Fn(usize) -> String, least: usize) -> Case {
    let heap = |n: usize| Scene::new().defines((0..n).map(&name));
    case(id, heap(least), heap(least - 1))
}

/// A map that says how many elements it has.
fn sized(elements: i32) -> Thing {
    a("java.util.HashMap").with("size", elements).with("table", array(Vec::new()))
}

/// A stopped web application whose class loader something holds; or one that runs.
fn web_application(id: &'static str, hold: impl Fn(Scene) -> Scene) -> Case {
    let heap = |state: &str| {
        let state = constant("org.apache.catalina.LifecycleState", state);
        let loader = a("org.apache.catalina.loader.ParallelWebappClassLoader").with("state", state);
        let classes = ["shop.Cart", "shop.Order", "shop.Customer"];
        hold(Scene::new().loader("shop", loader, &classes))
    };
    case(id, heap("STOPPED"), heap("STARTED"))
}

/// An object of the web application.
fn of_application(class: &str) -> Thing {
    a(class).of_loader("shop")
}

fn thread_local(value: Thing) -> Thing {
    thread_locals(vec![a("java.lang.ThreadLocal$ThreadLocalMap$Entry").with("value", value)])
}

fn thread_locals(entries: Vec<Thing>) -> Thing {
    let table = a("java.lang.ThreadLocal$ThreadLocalMap").with("table", array(entries));
    a("java.lang.Thread").with("threadLocals", table)
}

/// Every entry's case.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = servers();
    cases.extend(databases());
    cases.extend(loaders());
    cases.extend(generated_classes());
    cases.extend(mappers_and_caches());
    cases.extend(queues());
    cases.extend(clients());
    cases.extend(platform());
    cases.extend(others());
    cases
}

fn servers() -> Vec<Case> {
    let upgrades = |jar: &str| {
        let infos =
            list(times(1000, &a("org.apache.coyote.http11.upgrade.UpgradeInfo").weighing(40)));
        owner("org.apache.coyote.http11.upgrade.UpgradeGroupInfo#upgradeInfos", infos).jar(jar)
    };
    let processors =
        |jar: &str| owner("org.apache.coyote.RequestGroupInfo#processors", sized(5000)).jar(jar);
    let sessions = |n| {
        let session = a("org.apache.tomcat.websocket.WsSession").weighing(100);
        Scene::new().keep("com.acme.Socket#SESSIONS", list(times(n, &session)))
    };
    let manager = |n: usize| {
        let session = bytes_of(LARGE / n);
        let manager = a("org.apache.catalina.session.StandardManager")
            .with("sessions", concurrent_map(times(n, &session)));
        Scene::new()
            .extends(
                "org.apache.catalina.session.StandardManager",
                "org.apache.catalina.session.ManagerBase",
            )
            .keep("com.acme.App#manager", manager)
    };
    vec![
        case(
            "tomcat-upgrade-info",
            upgrades("tomcat-embed-core-9.0.53.jar"),
            upgrades("tomcat-embed-core-9.0.54.jar"),
        ),
        case(
            "tomcat-h2c-processors",
            processors("tomcat-coyote-8.5.56.jar"),
            processors("tomcat-coyote-8.5.57.jar"),
        ),
        elements(
            "tomcat-waiting-processors",
            "org.apache.coyote.AbstractProtocol#waitingProcessors",
            5000,
        ),
        case("websocket-sessions-kept", sessions(500), sessions(499)),
        case("tomcat-http-sessions", manager(1000), manager(999)),
        many_in_heap(
            "jetty-http-sessions",
            "org.eclipse.jetty.server.session.DefaultSessionCache#_sessions",
            1000,
        ),
        many_in_heap(
            "undertow-http-sessions",
            "io.undertow.server.session.InMemorySessionManager#sessions",
            1000,
        ),
        elements(
            "spring-security-session-registry",
            "org.springframework.security.core.session.SessionRegistryImpl#sessionIds",
            2000,
        ),
        many_in_heap(
            "spring-session-map",
            "org.springframework.session.MapSessionRepository#sessions",
            1000,
        ),
        retained("jsf-view-states", "com.sun.faces.util.LRUMap"),
    ]
}

fn databases() -> Vec<Case> {
    let connections = |statements| {
        let statement = a("com.mysql.cj.jdbc.StatementImpl");
        let open = list(times(statements, &statement));
        Scene::new()
            .keep_many(10, &a("com.mysql.cj.jdbc.ConnectionImpl").with("openStatements", open))
    };
    let rows = |field: &'static str, n: usize| owner(field, list(times(n, &bytes_of(LARGE / n))));
    let contexts = |n: usize| {
        Scene::new().keep_many(n, &a("sun.security.ssl.SSLSessionContextImpl").weighing(1000))
    };
    let ssl_cache = |java| {
        let cache = a("sun.security.util.MemoryCache").with("cacheMap", sized(20481));
        owner("sun.security.ssl.SSLSessionContextImpl#sessionCache", cache).java(java)
    };
    vec![
        static_part_of_heap(
            "mysql-abandoned-connections",
            "com.mysql.cj.jdbc.AbandonedConnectionCleanupThread#connectionFinalizerPhantomRefs",
        ),
        static_part_of_heap(
            "mysql5-connection-phantom-references",
            "com.mysql.jdbc.NonRegisteringDriver#connectionPhantomRefs",
        ),
        case("jdbc-statements-never-closed", connections(25), connections(24)),
        elements("dbcp-abandoned-trace", "org.apache.commons.dbcp2.AbandonedTrace#traceList", 500),
        case(
            "postgresql-whole-result",
            rows("org.postgresql.jdbc.PgResultSet#rows", 1000),
            rows("org.postgresql.jdbc.PgResultSet#rows", 999),
        ),
        case(
            "mysql-whole-result",
            rows("com.mysql.cj.protocol.a.result.ResultsetRowsStatic#rows", 1000),
            rows("com.mysql.cj.protocol.a.result.ResultsetRowsStatic#rows", 999),
        ),
        part_of_heap(
            "hibernate-query-plan-cache",
            "org.hibernate.engine.query.spi.QueryPlanCache#queryPlanCache",
        ),
        part_of_heap(
            "hibernate-persistence-context",
            "org.hibernate.engine.internal.StatefulPersistenceContext#entitiesByKey",
        ),
        part_of_heap(
            "mybatis-perpetual-cache",
            "org.apache.ibatis.cache.impl.PerpetualCache#cache",
        ),
        case("ssl-context-per-connection", contexts(100), contexts(99)),
        case("ssl-session-cache", ssl_cache("1.8.0_212"), ssl_cache("17.0.9")),
    ]
}

fn loaders() -> Vec<Case> {
    let three = |n: usize| {
        const NAMES: [&str; 3] = ["first", "second", "third"];
        NAMES.into_iter().take(n).fold(Scene::new(), |scene, name| {
            scene
                .loader(
                    name,
                    a("com.acme.RestartClassLoader").weighing(10),
                    &["shop.A", "shop.B", "shop.C"],
                )
                .thread(a("java.lang.Thread").with("it", Thing::Loader(name)))
        })
    };
    vec![
        web_application("loader-kept-by-thread-local", |scene| {
            scene.thread(thread_local(of_application("shop.Cart")))
        }),
        web_application("loader-kept-by-context-class-loader", |scene| {
            scene.thread(a("java.lang.Thread").with("contextClassLoader", Thing::Loader("shop")))
        }),
        web_application("loader-kept-by-jdbc-driver", |scene| {
            let info = a("java.sql.DriverInfo").with("driver", of_application("shop.Driver"));
            scene.keep("java.sql.DriverManager#registeredDrivers", list(vec![info]))
        }),
        web_application("loader-kept-by-shutdown-hook", |scene| {
            let hooks = map_of("java.util.IdentityHashMap", vec![of_application("shop.Hook")]);
            scene.keep("java.lang.ApplicationShutdownHooks#hooks", hooks)
        }),
        web_application("loader-kept-by-logging-level", |scene| {
            let known = a("java.util.logging.Level$KnownLevel")
                .with("levelObject", of_application("shop.Level"));
            scene.keep("java.util.logging.Level$KnownLevel#nameToLevels", map(vec![known]))
        }),
        web_application("loader-kept-by-jmx", |scene| {
            let beans = map(vec![of_application("shop.Bean")]);
            let repository = a("com.sun.jmx.mbeanserver.Repository").with("domainTb", beans);
            scene.keep("java.lang.management.ManagementFactory#platformMBeanServer", repository)
        }),
        web_application("loader-kept-by-jdk-cache", |scene| {
            let bundles = concurrent_map(vec![of_application("shop.Bundle")]);
            scene.keep("java.util.ResourceBundle#cacheList", bundles)
        }),
        case("loaders-of-one-application", three(3), three(2)),
    ]
}

fn generated_classes() -> Vec<Case> {
    let infos = |n: usize| {
        Scene::new().keep_many(n, &a("org.codehaus.groovy.reflection.ClassInfo").weighing(100))
    };
    vec![
        generated(
            "cglib-classes",
            |n| format!("com.acme.Service$$EnhancerBySpringCGLIB$${n:x}"),
            3000,
        ),
        generated("dynamic-proxy-classes", |n| format!("com.sun.proxy.$Proxy{n}"), 3000),
        generated("hidden-lambda-classes", |n| format!("com.acme.Rule$$Lambda${n}"), 20000),
        instances("reflection-accessor-loaders", "sun.reflect.DelegatingClassLoader", 5000),
        generated("bytebuddy-javassist-classes", |n| format!("com.acme.Order$ByteBuddy${n}"), 3000),
        generated("xslt-compiled-per-call", |n| format!("die.verwandlung.GregorSamsa${n}"), 200),
        instances("groovy-scripts", "groovy.lang.GroovyClassLoader$InnerLoader", 500),
        case("groovy-class-info", infos(1000), infos(999)),
        instances("script-engine-per-call", "jdk.nashorn.api.scripting.NashornScriptEngine", 50),
        instances(
            "jaxb-context-per-call",
            "org.glassfish.jaxb.runtime.v2.runtime.JAXBContextImpl",
            50,
        ),
    ]
}

fn mappers_and_caches() -> Vec<Case> {
    let mappers = |n: usize| {
        Scene::new().keep_many(n, &a("org.modelmapper.ModelMapper").weighing(1000)).beside(10_000)
    };
    let guava = |limit: i64| {
        let cache = a("com.google.common.cache.LocalCache")
            .with("maxWeight", limit)
            .with("segments", array(times(20, &bytes_of(LARGE / 20))));
        Scene::new().keep("com.acme.App#cache", cache)
    };
    let contexts = |n: usize| {
        Scene::new()
            .extends(
                "org.springframework.context.support.GenericApplicationContext",
                "org.springframework.context.support.AbstractApplicationContext",
            )
            .keep_many(n, &a("org.springframework.context.support.GenericApplicationContext"))
    };
    vec![
        case("modelmapper-per-call", mappers(50), mappers(49)),
        instances("jackson-mapper-per-call", "com.fasterxml.jackson.databind.ObjectMapper", 300),
        case("guava-cache-unbounded", guava(-1), guava(10_000)),
        part_of_heap(
            "caffeine-cache-unbounded",
            "com.github.benmanes.caffeine.cache.UnboundedLocalCache#data",
        ),
        part_of_heap("ehcache-heap-store", "net.sf.ehcache.store.MemoryStore#map"),
        part_of_heap(
            "spring-concurrent-map-cache",
            "org.springframework.cache.concurrent.ConcurrentMapCache#store",
        ),
        case("spring-context-per-call", contexts(50), contexts(49)),
        elements("micrometer-tags", "io.micrometer.core.instrument.MeterRegistry#meterMap", 5000),
        retained(
            "log4j-thread-local-buffers",
            "org.apache.logging.log4j.message.ReusableParameterizedMessage",
        ),
        elements("logback-loggers", "ch.qos.logback.classic.LoggerContext#loggerCache", 20000),
        elements(
            "logback-sifting-appenders",
            "ch.qos.logback.core.spi.AbstractComponentTracker#liveMap",
            500,
        ),
    ]
}

fn queues() -> Vec<Case> {
    let backlog = |n: usize| {
        let task = a("com.acme.Task").weighing(LARGE / n);
        let queue = a("java.util.concurrent.LinkedBlockingQueue")
            .with(
                "count",
                a("java.util.concurrent.atomic.AtomicInteger")
                    .with("value", i32::try_from(n).unwrap()),
            )
            .with("head", array(times(n, &task)));
        owner("java.util.concurrent.ThreadPoolExecutor#workQueue", queue)
    };
    let timeouts = |java| {
        Scene::new()
            .keep_many(2000, &a("java.util.concurrent.CompletableFuture$Timeout"))
            .java(java)
    };
    let timer = |tasks: i32| {
        let queue = a("java.util.TaskQueue").with("size", tasks).with("queue", array(Vec::new()));
        owner("java.util.Timer#queue", queue)
    };
    let nodes = |item: Thing| {
        let node = a("java.util.concurrent.ConcurrentLinkedQueue$Node").with("item", item);
        Scene::new().keep_many(2000, &node)
    };
    let threads = |class: &str| {
        Scene::new()
            .extends("java.lang.VirtualThread", "java.lang.Thread")
            .keep_many(2000, &a(class))
    };
    vec![
        case("executor-backlog", backlog(1000), backlog(999)),
        {
            let queue = |n: usize| {
                let tasks = array(times(n, &bytes_of(LARGE / n)));
                owner(
                    "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue#queue",
                    tasks,
                )
            };
            case("scheduled-tasks-cancelled", queue(1000), queue(999))
        },
        case("completable-future-or-timeout", timeouts("17.0.9"), timeouts("21.0.1")),
        part_of_heap(
            "completable-future-dependents",
            "java.util.concurrent.CompletableFuture#stack",
        ),
        case("timer-tasks", timer(1000), timer(999)),
        instances("timers-never-cancelled", "java.util.Timer", 100),
        instances("executors-never-shut-down", "java.util.concurrent.ThreadPoolExecutor", 200),
        case("too-many-threads", threads("java.lang.Thread"), threads("java.lang.VirtualThread")),
        case("linked-queue-empty-nodes", nodes(Thing::Null), nodes(bytes_of(1))),
    ]
}

fn clients() -> Vec<Case> {
    let netty = |bytes: i64| {
        Scene::new()
            .keep("io.netty.util.internal.PlatformDependent#DIRECT_MEMORY_COUNTER", atomic(bytes))
    };
    vec![
        part_of_heap(
            "netty-outbound-buffer",
            "io.netty.channel.ChannelOutboundBuffer#flushedEntry",
        ),
        part_of_heap(
            "netty-event-loop-queue",
            "io.netty.util.concurrent.SingleThreadEventExecutor#taskQueue",
        ),
        retained("netty-recycler", "io.netty.util.Recycler$Stack"),
        case("netty-direct-memory", netty(64 << 20), netty((64 << 20) - 1)),
        instances("kafka-clients-per-call", "org.apache.kafka.clients.producer.KafkaProducer", 50),
        part_of_heap(
            "kafka-buffered-records",
            "org.apache.kafka.clients.producer.internals.RecordAccumulator#batches",
        ),
        part_of_heap("rabbitmq-prefetch", "com.rabbitmq.client.impl.WorkPool#pool"),
        instances("http-client-per-call", "okhttp3.OkHttpClient", 100),
        static_elements(
            "aws-idle-connection-reaper",
            "com.amazonaws.http.IdleConnectionReaper#connectionManagers",
            100,
        ),
        static_elements("grpc-channels", "io.grpc.internal.ManagedChannelOrphanWrapper#refs", 50),
        static_elements("rmi-exported-objects", "sun.rmi.transport.ObjectTable#objTable", 1000),
        part_of_heap("reactive-unbounded-buffer", "reactor.core.publisher.SinkManyUnicast#queue"),
        part_of_heap(
            "listeners-never-removed",
            "com.google.common.eventbus.SubscriberRegistry#subscribers",
        ),
        {
            let listeners = |n: usize| {
                let array = array(times(n, &bytes_of(LARGE / n)));
                owner("java.util.concurrent.CopyOnWriteArrayList#array", array)
            };
            case("copy-on-write-listeners", listeners(1000), listeners(999))
        },
    ]
}

fn platform() -> Vec<Case> {
    let local = |beside| Scene::new().thread(thread_local(bytes_of(LARGE))).beside(beside);
    let inherited = |beside| {
        let table =
            a("java.lang.ThreadLocal$ThreadLocalMap").with("table", array(vec![bytes_of(LARGE)]));
        Scene::new()
            .thread(a("java.lang.Thread").with("inheritableThreadLocals", table))
            .beside(beside)
    };
    let stale = |referent: Thing| {
        let entry = a("java.lang.ThreadLocal$ThreadLocalMap$Entry").with("referent", referent);
        Scene::new().thread(thread_locals(times(1000, &entry)))
    };
    let finalizers = |waiting: i64| {
        let queue = a("java.lang.ref.ReferenceQueue").with("queueLength", waiting);
        Scene::new().keep("java.lang.ref.Finalizer#queue", queue)
    };
    let direct = |bytes: i64| {
        Scene::new()
            .keep("java.nio.Bits#RESERVED_MEMORY", atomic(bytes))
            .keep_many(100, &a("java.nio.DirectByteBuffer"))
    };
    let caches = |n: usize| {
        Scene::new()
            .keep("java.nio.Bits#RESERVED_MEMORY", atomic(8 << 20))
            .keep_many(n, &a("sun.nio.ch.Util$BufferCache"))
    };
    let weak = |beside| {
        let entry = a("java.util.WeakHashMap$Entry").with("value", bytes_of(LARGE / 20));
        let table = array(times(20, &entry));
        Scene::new()
            .keep("com.acme.App#map", a("java.util.WeakHashMap").with("table", table))
            .beside(beside)
    };
    let texts = |field: &str| {
        let text = a("java.lang.String")
            .with("value", Thing::Primitive(BasicType::Char, LARGE))
            .with(field, 0);
        Scene::new().keep("com.acme.App#key", text)
    };
    let provider = |n: i32| {
        Scene::new().keep("javax.crypto.JceSecurity#verificationResults", sized(n)).java("17.0.8")
    };
    vec![
        case("thread-local-value", local(LARGE), local(LARGER)),
        case("inheritable-thread-local", inherited(LARGE), inherited(LARGER)),
        case("thread-local-stale-entries", stale(Thing::Null), stale(bytes_of(1))),
        case("finalizer-backlog", finalizers(1000), finalizers(999)),
        case("direct-buffers", direct(8 << 20), direct((8 << 20) - 1)),
        case("nio-temporary-buffers", caches(100), caches(99)),
        instances("mapped-files", "sun.nio.ch.FileChannelImpl$Unmapper", 1000),
        instances("inflaters-not-ended", "java.util.zip.Inflater", 400),
        static_elements("jar-file-cache", "sun.net.www.protocol.jar.JarFileFactory#fileCache", 300),
        static_elements("delete-on-exit", "java.io.DeleteOnExitHook#files", 2000),
        static_elements("shutdown-hooks", "java.lang.ApplicationShutdownHooks#hooks", 200),
        case("security-provider-per-call", provider(100), provider(99)),
        part_of_heap("object-stream-handles", "java.io.ObjectOutputStream$HandleTable#objs"),
        case("weak-map-value-refers-to-key", weak(LARGE), weak(LARGER)),
        part_of_heap("suppressed-exceptions", "java.lang.Throwable#suppressedExceptions"),
        {
            let buffer =
                |beside| owner("java.io.ByteArrayOutputStream#buf", bytes_of(LARGE)).beside(beside);
            case("buffers-never-shrunk", buffer(LARGE), buffer(LARGER))
        },
        case("substring-shares-array", texts("offset"), texts("hash")),
    ]
}

fn others() -> Vec<Case> {
    let growing = |n: usize| {
        Scene::new().keep("com.acme.Registry#ENTRIES", map(times(n, &bytes_of(LARGE / n))))
    };
    vec![
        part_of_heap("lucene-field-cache", "org.apache.lucene.search.FieldCacheImpl#caches"),
        part_of_heap(
            "lucene-thread-locals",
            "org.apache.lucene.util.CloseableThreadLocal#hardRefs",
        ),
        retained("poi-workbook", "org.apache.poi.xssf.usermodel.XSSFWorkbook"),
        case("map-only-grows", growing(1024), growing(1023)),
    ]
}
