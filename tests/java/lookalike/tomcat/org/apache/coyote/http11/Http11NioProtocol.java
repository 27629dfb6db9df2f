package org.apache.coyote.http11;

import org.apache.tomcat.util.net.NioEndpoint;

/** Look-alike of Tomcat 9.0's class. */
public class Http11NioProtocol extends AbstractHttp11Protocol {
    public Http11NioProtocol(NioEndpoint endpoint) {
        super(endpoint);
    }
}
