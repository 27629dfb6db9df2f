package org.apache.tomcat.websocket;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Look-alike of Tomcat 9.0's class, with the buffers that make a real session heavy. */
public class WsSession {
    private final String id;
    private final URI requestUri;
    private final WsRemoteEndpointImplBase wsRemoteEndpoint;
    private final WsFrameBase wsFrame;
    private final Map<String, Object> userProperties = new ConcurrentHashMap<>();
    private volatile State state = State.OPEN;
    private volatile int maxBinaryMessageBufferSize = 8192;
    private volatile int maxTextMessageBufferSize = 8192;
    private volatile long maxIdleTimeout = 0;
    private volatile long lastActiveRead = 0;

    public WsSession(String id, URI requestUri, int bufferSize) {
        this.id = id;
        this.requestUri = requestUri;
        wsRemoteEndpoint = new WsRemoteEndpointImplBase(this, bufferSize);
        wsFrame = new WsFrameBase(this, bufferSize);
    }

    public String getId() {
        return id;
    }

    public Map<String, Object> getUserProperties() {
        return userProperties;
    }

    public boolean isOpen() {
        return state == State.OPEN;
    }

    public void close() {
        state = State.CLOSED;
    }

    /** Look-alike of the nested enum. */
    private enum State {
        OPEN,
        OUTPUT_CLOSED,
        CLOSED
    }

    /** Stands for {@code WsRemoteEndpointImplBase} and its server subclass. */
    static class WsRemoteEndpointImplBase {
        private final WsSession wsSession;
        private final ByteBuffer outputBuffer;

        WsRemoteEndpointImplBase(WsSession wsSession, int bufferSize) {
            this.wsSession = wsSession;
            outputBuffer = ByteBuffer.allocate(bufferSize);
        }
    }

    /** Stands for {@code WsFrameBase} and its server subclass. */
    static class WsFrameBase {
        private final WsSession wsSession;
        private final ByteBuffer inputBuffer;
        private final CharBuffer messageBufferText;

        WsFrameBase(WsSession wsSession, int bufferSize) {
            this.wsSession = wsSession;
            inputBuffer = ByteBuffer.allocate(bufferSize);
            messageBufferText = CharBuffer.allocate(bufferSize);
        }
    }
}
