package example.chat;

import fixture.Facts;
import java.util.List;
import org.apache.coyote.RequestInfo;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.upgrade.UpgradeGroupInfo;
import org.apache.coyote.http11.upgrade.UpgradeInfo;
import org.apache.tomcat.util.net.NioEndpoint;

/** Every WebSocket that ever connected is still in {@code upgradeInfos}: Tomcat 9.0.53 does not take it out again. */
public final class ChatServer {
    private static final int CONNECTIONS_EVER = Facts.size("connections", 14_000);
    private static final int REQUEST_PROCESSORS = 40;

    public static void main(String[] args) throws Exception {
        // In a method of its own: a variable of main would be a second GC root of the protocol.
        Facts facts = serve();
        Facts.publishAndWait(facts, args[0]);
    }

    private static Facts serve() {
        NioEndpoint endpoint = new NioEndpoint();
        Http11NioProtocol protocol = new Http11NioProtocol(endpoint);
        endpoint.start();
        for (int i = 0; i < REQUEST_PROCESSORS; i++) {
            RequestInfo request = new RequestInfo("http-nio-8080-exec-" + i, "HttpRequest" + i);
            request.setGlobalProcessor(protocol.getGlobal());
            request.count(i, 512L * i);
        }
        for (int i = 0; i < CONNECTIONS_EVER; i++) {
            UpgradeInfo socket = new UpgradeInfo();
            socket.setGroupInfo(protocol.getUpgradeGroupInfo("websocket"));
            socket.exchanged(i % 4, 128);
        }
        return facts(protocol);
    }

    private static Facts facts(Http11NioProtocol protocol) {
        String group = "org.apache.coyote.http11.upgrade.UpgradeGroupInfo";
        String element = "org.apache.coyote.http11.upgrade.UpgradeInfo";
        int elements = protocol.getUpgradeGroupInfo("websocket").size();
        return new Facts("story-tomcat-upgrade")
                .put("culprit", Facts.object(
                        "class", group,
                        "instances", 1,
                        "accumulationPoint", "java.lang.Object[]",
                        "elementClass", element,
                        "elements", elements))
                .put("chain", List.of(
                        Facts.step("org.apache.tomcat.util.net.NioEndpoint$Poller", "this$0"),
                        Facts.step("org.apache.tomcat.util.net.NioEndpoint", "handler"),
                        Facts.step("org.apache.coyote.AbstractProtocol$ConnectionHandler", "proto"),
                        Facts.step("org.apache.coyote.http11.Http11NioProtocol", "upgradeProtocolGroupInfos"),
                        Facts.step("java.util.concurrent.ConcurrentHashMap", "table"),
                        Facts.step("java.util.concurrent.ConcurrentHashMap$Node[]", "[i]"),
                        Facts.step("java.util.concurrent.ConcurrentHashMap$Node", "val"),
                        Facts.step(group, "upgradeInfos"),
                        Facts.step("java.util.ArrayList", "elementData")))
                .put("rootThread", "http-nio-8080-Poller")
                .put("library", Facts.object(
                        "jar", "tomcat-embed-core-9.0.53.jar",
                        "implementationVersion", UpgradeGroupInfo.class.getPackage().getImplementationVersion(),
                        "fixedIn", "9.0.54"))
                .put("counts", Facts.object(
                        group, 1,
                        element, elements,
                        "org.apache.coyote.RequestInfo", protocol.getGlobal().size(),
                        "org.apache.coyote.RequestGroupInfo", 1));
    }
}
