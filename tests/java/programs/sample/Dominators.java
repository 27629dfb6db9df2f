package sample;

import fixture.Facts;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Small graphs of objects whose dominator tree is known. Each object has a class of its own, so that a class name
 * names an object; fields are named after the class they lead to.
 *
 * <p>The expected trees are computed here from the definition (a dominates b when b cannot be reached without a),
 * which shares nothing with the algorithms under test; the tree of the paper's figure is also written out by hand.
 */
public final class Dominators {
    /** Figure 1 of T. Lengauer and R. Tarjan, "A Fast Algorithm for Finding Dominators in a Flowgraph", 1979. */
    static final class Paper {
        static final class R { A a; B b; C c; }
        static final class A { D d; }
        static final class B { A a; D d; E e; }
        static final class C { F f; G g; }
        static final class D { L l; }
        static final class E { H h; }
        static final class F { I i; }
        static final class G { I i; J j; }
        static final class H { E e; K k; }
        static final class I { K k; }
        static final class J { I i; }
        static final class K { I i; R r; }
        static final class L { H h; }

        static R build() {
            R r = new R();
            r.a = new A();
            r.b = new B();
            r.c = new C();
            r.a.d = new D();
            r.b.a = r.a;
            r.b.d = r.a.d;
            r.b.e = new E();
            r.c.f = new F();
            r.c.g = new G();
            r.a.d.l = new L();
            r.b.e.h = new H();
            r.a.d.l.h = r.b.e.h;
            r.c.f.i = new I();
            r.c.g.i = r.c.f.i;
            r.c.g.j = new J();
            r.c.g.j.i = r.c.f.i;
            r.b.e.h.e = r.b.e;
            r.b.e.h.k = new K();
            r.c.f.i.k = r.b.e.h.k;
            r.b.e.h.k.i = r.c.f.i;
            r.b.e.h.k.r = r;
            return r;
        }
    }

    /** Two ways to the bottom: only the top dominates it. */
    static final class Diamond {
        static final class Top { Left left; Right right; }
        static final class Left { Bottom bottom; }
        static final class Right { Bottom bottom; }
        static final class Bottom { Below below; }
        static final class Below { }

        static Top build() {
            Top top = new Top();
            top.left = new Left();
            top.right = new Right();
            top.left.bottom = new Bottom();
            top.right.bottom = top.left.bottom;
            top.left.bottom.below = new Below();
            return top;
        }
    }

    /** A loop with two entries (irreducible), and a back edge to the first object. */
    static final class Loop {
        static final class Entry { P p; Q q; }
        static final class P { Q q; X x; }
        static final class Q { P p; Y y; }
        static final class X { Y y; }
        static final class Y { Entry entry; Z z; }
        static final class Z { Z itself; }

        static Entry build() {
            Entry entry = new Entry();
            entry.p = new P();
            entry.q = new Q();
            entry.p.q = entry.q;
            entry.q.p = entry.p;
            entry.p.x = new X();
            entry.q.y = new Y();
            entry.p.x.y = entry.q.y;
            entry.q.y.entry = entry;
            entry.q.y.z = new Z();
            entry.q.y.z.itself = entry.q.y.z;
            return entry;
        }
    }

    /** A chain whose every link also knows the tail: the first link dominates it. */
    static final class Comb {
        static final class First { Second second; Tail tail; }
        static final class Second { Third third; Tail tail; }
        static final class Third { Fourth fourth; Tail tail; }
        static final class Fourth { Tail tail; }
        static final class Tail { }

        static First build() {
            First first = new First();
            first.tail = new Tail();
            first.second = new Second();
            first.second.tail = first.tail;
            first.second.third = new Third();
            first.second.third.tail = first.tail;
            first.second.third.fourth = new Fourth();
            first.second.third.fourth.tail = first.tail;
            return first;
        }
    }

    /** Held by two threads: no object dominates it, it stands on the first level. */
    static final class HeldTwice {
        Inner inner = new Inner();

        static final class Inner { }
    }

    static final class Holder extends Thread {
        private final HeldTwice heldTwice;
        private final Object own = new Own();

        static final class Own { }

        Holder(String name, HeldTwice heldTwice) {
            super(name);
            this.heldTwice = heldTwice;
            setDaemon(true);
        }

        @Override
        public synchronized void run() {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupt();
            }
        }
    }

    static final Paper.R PAPER = Paper.build();
    static final Diamond.Top DIAMOND = Diamond.build();
    static final Loop.Entry LOOP = Loop.build();
    static final Comb.First COMB = Comb.build();

    private static final String PAPER_TREE_BY_HAND =
            "R(A() B() C(F() G(J())) D(L()) E() H() I() K())";

    public static void main(String[] args) throws Exception {
        startHolders();
        Facts facts = facts(Path.of(args[0].replace(".expected.json", ".tree.txt")));
        Facts.publishAndWait(facts, args[0]);
    }

    private static void startHolders() {
        HeldTwice heldTwice = new HeldTwice();
        new Holder("holder-1", heldTwice).start();
        new Holder("holder-2", heldTwice).start();
    }

    private static Facts facts(Path treeFile) throws Exception {
        StringBuilder text = new StringBuilder();
        Map<String, Object> graphs = new LinkedHashMap<>();
        for (Field field : Dominators.class.getDeclaredFields()) {
            if (field.getType() == String.class) {
                continue;
            }
            Tree tree = new Tree(field.get(null));
            graphs.put(field.getName(), tree.facts());
            text.append("static ").append(field.getName()).append('\n');
            tree.print(tree.root, "  ", text);
        }
        String paper = new Tree(PAPER).compact(PAPER);
        if (!paper.equals(PAPER_TREE_BY_HAND)) {
            throw new IllegalStateException("the definition gives " + paper + ", the paper " + PAPER_TREE_BY_HAND);
        }
        Files.writeString(treeFile, text);
        return new Facts("dominators")
                .put("holder", "sample.Dominators")
                .put("graphs", graphs)
                .put("firstLevel", Facts.object(
                        "class", "sample.Dominators$HeldTwice",
                        "retainedObjects", 2,
                        "why", "referenced by the threads holder-1 and holder-2"))
                .put("threads", Facts.object("class", "sample.Dominators$Holder", "instances", 2,
                        "eachDominates", "sample.Dominators$Holder$Own"))
                .put("counts", Facts.object(
                        "sample.Dominators$Paper$R", 1,
                        "sample.Dominators$Diamond$Bottom", 1,
                        "sample.Dominators$HeldTwice", 1,
                        "sample.Dominators$Holder", 2));
    }

    /** The dominator tree of everything that can be reached from one object, from the definition alone. */
    private static final class Tree {
        private final Object root;
        private final Set<Object> all;
        private final Map<Object, Object> immediate = new LinkedHashMap<>();

        Tree(Object root) throws IllegalAccessException {
            this.root = root;
            all = reachable(root, null);
            Map<Object, Set<Object>> dominated = new LinkedHashMap<>();
            for (Object node : all) {
                Set<Object> lost = new LinkedHashSet<>(all);
                lost.removeAll(node == root ? Set.of() : reachable(root, node));
                dominated.put(node, lost);
            }
            for (Object node : all) {
                for (Object candidate : all) {
                    boolean strict = candidate != node && dominated.get(candidate).contains(node);
                    // The nearest dominator is the one that dominates the fewest objects.
                    if (strict && (immediate.get(node) == null
                            || dominated.get(candidate).size() < dominated.get(immediate.get(node)).size())) {
                        immediate.put(node, candidate);
                    }
                }
            }
        }

        private static Set<Object> reachable(Object from, Object without) throws IllegalAccessException {
            Set<Object> seen = new LinkedHashSet<>();
            Deque<Object> open = new ArrayDeque<>(List.of(from));
            while (!open.isEmpty()) {
                Object node = open.removeFirst();
                if (node != without && seen.add(node)) {
                    open.addAll(references(node));
                }
            }
            return seen;
        }

        private static List<Object> references(Object node) throws IllegalAccessException {
            List<Object> targets = new ArrayList<>();
            for (Field field : node.getClass().getDeclaredFields()) {
                Object target = Modifier.isStatic(field.getModifiers()) ? null : field.get(node);
                if (target != null) {
                    targets.add(target);
                }
            }
            return targets;
        }

        private List<Object> children(Object node) {
            List<Object> children = new ArrayList<>();
            for (Object candidate : all) {
                if (immediate.get(candidate) == node) {
                    children.add(candidate);
                }
            }
            children.sort((a, b) -> a.getClass().getName().compareTo(b.getClass().getName()));
            return children;
        }

        private int retained(Object node) {
            int sum = 1;
            for (Object child : children(node)) {
                sum += retained(child);
            }
            return sum;
        }

        Map<String, Object> facts() {
            Map<String, Object> parents = new LinkedHashMap<>();
            Map<String, Object> retained = new LinkedHashMap<>();
            for (Object node : all) {
                Object parent = immediate.get(node);
                parents.put(node.getClass().getName(), parent == null ? null : parent.getClass().getName());
                retained.put(node.getClass().getName(), retained(node));
            }
            return Facts.object("root", root.getClass().getName(), "immediateDominator", parents, "retainedObjects", retained);
        }

        void print(Object node, String indent, StringBuilder out) {
            out.append(indent).append(node.getClass().getName()).append("  retains ").append(retained(node)).append(" objects\n");
            for (Object child : children(node)) {
                print(child, indent + "  ", out);
            }
        }

        /** The tree in one line, children in the order of their names. */
        String compact(Object node) {
            StringBuilder out = new StringBuilder(node.getClass().getSimpleName()).append('(');
            String separator = "";
            for (Object child : children(node)) {
                out.append(separator).append(compact(child));
                separator = " ";
            }
            return out.append(')').toString();
        }
    }
}
