package example.orders;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** A class loader for one class that exists in no file, as bytecode libraries make them. */
final class GeneratedClassLoader extends ClassLoader {
    private static final int CONSTANT_UTF8 = 1;
    private static final int CONSTANT_CLASS = 7;
    private static final int ACC_PUBLIC_SUPER = 0x21;

    GeneratedClassLoader() {
        super(GeneratedClassLoader.class.getClassLoader());
    }

    /** Defines an empty public class of the given name. */
    Class<?> define(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0xCAFEBABE);
        out.writeInt(52);
        out.writeShort(5);
        out.writeByte(CONSTANT_UTF8);
        out.writeUTF(name.replace('.', '/'));
        out.writeByte(CONSTANT_CLASS);
        out.writeShort(1);
        out.writeByte(CONSTANT_UTF8);
        out.writeUTF("java/lang/Object");
        out.writeByte(CONSTANT_CLASS);
        out.writeShort(3);
        out.writeShort(ACC_PUBLIC_SUPER);
        out.writeShort(2);
        out.writeShort(4);
        // No interfaces, fields, methods or attributes.
        out.write(new byte[8]);
        return defineClass(name, bytes.toByteArray(), 0, bytes.size());
    }
}
