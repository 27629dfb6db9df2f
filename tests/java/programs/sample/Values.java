package sample;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fields, strings and arrays with values at the edges of their types. */
final class Values {
    boolean yes = true;
    boolean no = false;
    byte byteMin = Byte.MIN_VALUE;
    byte byteMax = Byte.MAX_VALUE;
    char charMin = Character.MIN_VALUE;
    char charMax = Character.MAX_VALUE;
    short shortMin = Short.MIN_VALUE;
    short shortMax = Short.MAX_VALUE;
    int intMin = Integer.MIN_VALUE;
    int intMax = Integer.MAX_VALUE;
    long longMin = Long.MIN_VALUE;
    long longMax = Long.MAX_VALUE;
    float floatMin = Float.MIN_VALUE;
    float floatMax = Float.MAX_VALUE;
    float floatNaN = Float.NaN;
    float floatMinusInfinity = Float.NEGATIVE_INFINITY;
    double doubleMin = Double.MIN_VALUE;
    double doubleMax = Double.MAX_VALUE;
    double doubleNaN = Double.NaN;
    double doubleMinusZero = -0.0;
    Object nothing = null;
    Boolean boxedBoolean = Boolean.TRUE;
    Byte boxedByte = -128;
    Character boxedCharacter = '\u20ac';
    Short boxedShort = -32768;
    Integer boxedInteger = 1_000_000_007;
    Long boxedLong = Long.MAX_VALUE;
    Float boxedFloat = 1.5f;
    Double boxedDouble = Double.NEGATIVE_INFINITY;
    Colour colour = Colour.GREEN;

    String empty = new String("");
    String latin1 = "Gr\u00fc\u00dfe, caf\u00e9";
    String emoji = "leak \ud83d\udca7 found";
    String rightToLeft = "invoice\u202egnp.exe";
    String isolates = "\u2066user\u2069 \u200badmin";
    String controls = "line one\nline two\ttab\u0000nul\u001b[31mred";
    String html = "<b>bold</b><img src=x onerror=alert(1)>\"'&amp;";
    String loneSurrogate = "broken \ud800 pair";
    String longText = "0123456789".repeat(5_000);

    boolean[] booleans = {true, false, true};
    byte[] bytes = {Byte.MIN_VALUE, -1, 0, 1, Byte.MAX_VALUE};
    char[] chars = {'a', '\u00e9', '\u4e2d', '\uffff'};
    short[] shorts = {Short.MIN_VALUE, 0, Short.MAX_VALUE};
    int[] ints = {Integer.MIN_VALUE, 0, Integer.MAX_VALUE};
    long[] longs = {Long.MIN_VALUE, 0, Long.MAX_VALUE};
    float[] floats = {Float.NaN, -1.5f, Float.POSITIVE_INFINITY};
    double[] doubles = {Double.NaN, 0.1, Double.MAX_VALUE};
    int[] noInts = {};
    Object[] withNulls = {null, "only element", null, null};
    String[] noStrings = {};
    int[][] jagged = {{1}, {}, null, {2, 3, 4}};
    Object[][] covariant = new String[][] {{"a"}, {null}};

    enum Colour {
        RED,
        GREEN {
            @Override
            boolean calm() {
                return true;
            }
        },
        BLUE;

        boolean calm() {
            return false;
        }
    }

    /** Every field with its value: numbers as they are, strings and arrays element by element. */
    Map<String, Object> describe() throws IllegalAccessException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (java.lang.reflect.Field field : Values.class.getDeclaredFields()) {
            values.put(field.getName(), describe(field.get(this)));
        }
        // The program knows it is long; the file beside the dump need not repeat it.
        values.put("longText", "0123456789 repeated 5000 times");
        // JSON has no text with half a surrogate pair: the UTF-16 code units instead.
        values.put("loneSurrogate", loneSurrogate.chars().boxed().toList());
        return values;
    }

    private static Object describe(Object value) {
        if (value instanceof Character character) {
            return (int) character;
        }
        if (value == null || !value.getClass().isArray()) {
            return value;
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < java.lang.reflect.Array.getLength(value); i++) {
            elements.add(describe(java.lang.reflect.Array.get(value, i)));
        }
        return elements;
    }
}
