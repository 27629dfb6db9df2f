package org.apache.tomcat.util.net;

/** Look-alike of Tomcat 9.0's class. */
public abstract class AbstractEndpoint {
    private Handler handler = null;
    private int port = 8080;
    private String name = "http-nio-8080";

    public void setHandler(Handler handler) {
        this.handler = handler;
    }

    public String getName() {
        return name;
    }

    /** Look-alike of the nested interface. */
    public interface Handler {
    }
}
