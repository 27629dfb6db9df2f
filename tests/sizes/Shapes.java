import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Objects of many layouts: field gaps over several levels of classes, all kinds of arrays in all
 * small lengths, threads, class loaders, statics. Prints "ready" and waits until it is ended.
 */
public class Shapes {
    static class Empty { }
    static class OneByte { byte a; }
    static class OneBoolean extends OneByte { boolean b; }
    static class ThreeBytes extends OneBoolean { byte c; }
    static class LongAfterBytes extends ThreeBytes { long d; }
    static class ShortFillsGap extends LongAfterBytes { short e; }
    static class ByteFillsGap extends ShortFillsGap { byte f; }
    static class IntAndReference { int a; Object b; }
    static class LongBelow extends IntAndReference { long c; }
    static class IntBelow extends LongBelow { int d; }
    static class ReferenceBelow extends IntBelow { Object e; }
    static class DoubleAndChar { double a; char b; }
    static class FloatBelow extends DoubleAndChar { float c; }
    static class ReferencesBelow extends FloatBelow { Object d; Object e; Object f; }
    static class Mixed { boolean a; long b; char c; int d; Object e; byte f; short g; float h; }
    static class MixedBelow extends Mixed { byte i; double j; Object k; }
    static class OneLong { long a; }
    static class OneReference { Object a; }
    static class TwoReferences extends OneReference { Object b; }
    static class ByteAfterReferences extends TwoReferences { byte c; }
    static class Worker extends Thread { int a; }
    static class WorkerBelow extends Worker { byte b; }
    static class PlainWorker extends Thread { }
    static class Loader extends ClassLoader { byte a; }

    static class Statics {
        static byte a = 1;
        static Object b = new Object();
        static long c = 2;
        static int d = 3;
        static final String E = "text";
    }

    static class OddStatics {
        static Object a = new Object();
        static long b = 4;
    }

    static final List<Object> KEPT = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments.length > 0 ? arguments[0] : "50");
        for (int i = 0; i < count; i++) {
            instances();
            arrays(i);
        }
        KEPT.add(new Statics());
        KEPT.add(new OddStatics());
        KEPT.add(new Worker());
        KEPT.add(new WorkerBelow());
        KEPT.add(new PlainWorker());
        KEPT.add(new Loader());
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < count * 10; i++) {
            map.put("key " + i, List.of(i, (long) i));
        }
        KEPT.add(map);
        System.out.println("ready");
        Thread.sleep(600_000);
    }

    static void instances() {
        KEPT.add(new Empty());
        KEPT.add(new OneByte());
        KEPT.add(new OneBoolean());
        KEPT.add(new ThreeBytes());
        KEPT.add(new LongAfterBytes());
        KEPT.add(new ShortFillsGap());
        KEPT.add(new ByteFillsGap());
        KEPT.add(new IntAndReference());
        KEPT.add(new LongBelow());
        KEPT.add(new IntBelow());
        KEPT.add(new ReferenceBelow());
        KEPT.add(new DoubleAndChar());
        KEPT.add(new FloatBelow());
        KEPT.add(new ReferencesBelow());
        KEPT.add(new Mixed());
        KEPT.add(new MixedBelow());
        KEPT.add(new OneLong());
        KEPT.add(new OneReference());
        KEPT.add(new TwoReferences());
        KEPT.add(new ByteAfterReferences());
    }

    static void arrays(int length) {
        KEPT.add(new boolean[length]);
        KEPT.add(new byte[length]);
        KEPT.add(new char[length]);
        KEPT.add(new short[length]);
        KEPT.add(new int[length]);
        KEPT.add(new float[length]);
        KEPT.add(new long[length]);
        KEPT.add(new double[length]);
        KEPT.add(new Object[length]);
        KEPT.add(new Shapes[length]);
        KEPT.add(new int[length][0]);
    }
}
