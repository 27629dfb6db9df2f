package com.mysql.cj.protocol;

import java.io.IOException;
import java.io.InputStream;

/** Look-alike of Connector/J 8.0's class. */
public class ReadAheadInputStream extends InputStream {
    private InputStream underlyingStream;
    private byte[] buf;
    protected int endOfCurrentData;
    protected int currentPosition;

    public ReadAheadInputStream(InputStream toBuffer, int bufferSize) {
        buf = new byte[bufferSize];
        underlyingStream = toBuffer;
    }

    @Override
    public int read() throws IOException {
        return underlyingStream.read();
    }
}
