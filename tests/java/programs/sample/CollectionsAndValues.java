package sample;

import fixture.Facts;
import java.lang.ref.Cleaner;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One of everything that a viewer of heaps must be able to show. */
public final class CollectionsAndValues {
    static final int LIST_LENGTH = 20_000;
    static final int DEPTH = 48;

    static final Values VALUES = new Values();
    static final Youngest INHERITED = new Youngest();
    static final Supplier<Object> LAMBDA = lambda(new Captured());
    static final Object INNER = new CollectionsAndValues().new Inner();
    static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
    static final ThreadLocal<Object> THREAD_LOCAL = new ThreadLocal<>();
    static final ThreadLocal<Object> INHERITED_LOCAL = new InheritableThreadLocal<>();
    static Link longList;
    static WeakReference<Object> weak;
    static SoftReference<Object> soft;
    static PhantomReference<Object> phantom;

    /** Fields of one name at three levels: each has its own value. */
    static class Oldest {
        int shadowed = 1;
        String onlyHere = "oldest";
        private long hidden = 10L;
    }

    static class Middle extends Oldest {
        String shadowed = "two";
        private long hidden = 20L;
    }

    static final class Youngest extends Middle {
        int shadowed = 3;
        private long hidden = 30L;
        static String shadowedStatic = "of the class";
    }

    /** An interface with a static: a class dump without instances. */
    interface Constants {
        Object HELD_BY_INTERFACE = new Captured();
    }

    static final class Captured { }

    final class Inner { }

    static final class Link {
        Link next;
    }

    static final class OnlyWeakly { }

    static final class OnlySoftly { }

    static final class OnlyPhantom { }

    static final class Garbage {
        Garbage partner;
    }

    static final class OnStackOnly {
        final int[] payload = new int[1_000];
    }

    static final class PerThread {
        final String owner;

        PerThread(String owner) {
            this.owner = owner;
        }
    }

    static final class DeepThread extends Thread {
        DeepThread() {
            super("deep-\u202ethread <i>");
            setDaemon(true);
        }

        @Override
        public void run() {
            THREAD_LOCAL.set(new PerThread("deep"));
            descend(DEPTH);
        }

        private void descend(int remaining) {
            if (remaining > 0) {
                descend(remaining - 1);
                return;
            }
            OnStackOnly local = new OnStackOnly();
            pause(this);
            // Used after the pause, so that the variable is alive in the dump.
            local.payload[0]++;
        }
    }

    static final Object MONITOR = new Captured();

    /** Enters the monitor that the main thread never leaves. */
    static final class BlockedThread extends Thread {
        BlockedThread() {
            super("blocked-thread");
            setDaemon(true);
        }

        @Override
        public void run() {
            synchronized (MONITOR) {
                pause(MONITOR);
            }
        }
    }

    private static Supplier<Object> lambda(Object captured) {
        return () -> captured;
    }

    private static void pause(Object monitor) {
        synchronized (monitor) {
            try {
                monitor.wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < LIST_LENGTH; i++) {
            Link link = new Link();
            link.next = longList;
            longList = link;
        }
        INHERITED_LOCAL.set(new PerThread("main, inherited by threads started later"));
        Thread deep = new DeepThread();
        deep.start();
        while (deep.getState() != Thread.State.WAITING) {
            Thread.sleep(10);
        }
        Object registered = Constants.HELD_BY_INTERFACE;
        Cleaner.create().register(registered, new Action());
        facts().write(args[0]);
        synchronized (MONITOR) {
            Thread blocked = new BlockedThread();
            blocked.start();
            while (blocked.getState() != Thread.State.BLOCKED) {
                Thread.sleep(10);
            }
            System.gc();
            // No collection comes after this: what is only weakly held, or not at all, is still in the dump.
            holdWeakly();
            Facts.waitForDump();
        }
    }

    static final class Action implements Runnable {
        @Override
        public void run() {
            // Nothing to clean.
        }
    }

    private static void holdWeakly() {
        weak = new WeakReference<>(new OnlyWeakly());
        soft = new SoftReference<>(new OnlySoftly());
        phantom = new PhantomReference<>(new OnlyPhantom(), QUEUE);
        for (int i = 0; i < 50; i++) {
            // Two that hold each other and that nobody else holds.
            Garbage garbage = new Garbage();
            garbage.partner = new Garbage();
            garbage.partner.partner = garbage;
        }
    }

    private static Facts facts() throws IllegalAccessException {
        String own = "sample.CollectionsAndValues$";
        Map<String, Object> references = new LinkedHashMap<>();
        references.put("weak", own + "OnlyWeakly");
        references.put("soft", own + "OnlySoftly");
        references.put("phantom", own + "OnlyPhantom");
        return new Facts("collections-and-values")
                .put("collectionsHolder", "sample.Collections")
                .put("collections", Collections.describe())
                .put("valuesHolder", Facts.object("class", "sample.CollectionsAndValues", "staticField", "VALUES"))
                .put("values", VALUES.describe())
                .put("shadowed", Facts.object(
                        own + "Oldest", Facts.object("shadowed", 1, "onlyHere", "oldest", "hidden", 10),
                        own + "Middle", Facts.object("shadowed", "two", "hidden", 20),
                        own + "Youngest", Facts.object("shadowed", 3, "hidden", 30)))
                .put("linkedList", Facts.object("staticField", "longList", "class", own + "Link", "length", LIST_LENGTH))
                .put("onlyReferencedBy", references)
                .put("unreachable", Facts.object("class", own + "Garbage", "instances", 100))
                .put("threads", List.of(
                        Facts.object("name", "deep-\u202ethread <i>", "class", own + "DeepThread",
                                "method", "descend", "frames", DEPTH + 1,
                                "localOfDeepestFrame", own + "OnStackOnly",
                                "threadLocalValue", own + "PerThread"),
                        Facts.object("name", "blocked-thread", "class", own + "BlockedThread",
                                "blockedOn", own + "Captured")))
                .put("counts", Facts.object(
                        own + "Link", LIST_LENGTH,
                        own + "OnlyWeakly", 1,
                        own + "OnlySoftly", 1,
                        own + "OnlyPhantom", 1,
                        own + "OnStackOnly", 1,
                        own + "PerThread", 2,
                        own + "Garbage", 100,
                        own + "Captured", 3,
                        own + "Inner", 1,
                        "sample.Collections$SameHash", 200));
    }
}
