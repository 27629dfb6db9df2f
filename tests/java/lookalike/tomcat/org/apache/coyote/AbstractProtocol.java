package org.apache.coyote;

import org.apache.tomcat.util.net.AbstractEndpoint;

/** Look-alike of Tomcat 9.0's class: the handler that an endpoint calls knows its protocol. */
public abstract class AbstractProtocol {
    private final AbstractEndpoint endpoint;
    private final ConnectionHandler handler;
    private int maxHeaderCount = 100;

    protected AbstractProtocol(AbstractEndpoint endpoint) {
        this.endpoint = endpoint;
        handler = new ConnectionHandler(this);
        endpoint.setHandler(handler);
    }

    public RequestGroupInfo getGlobal() {
        return handler.global;
    }

    /** Look-alike of the nested class. */
    protected static class ConnectionHandler implements AbstractEndpoint.Handler {
        private final AbstractProtocol proto;
        private final RequestGroupInfo global = new RequestGroupInfo();

        ConnectionHandler(AbstractProtocol proto) {
            this.proto = proto;
        }
    }
}
