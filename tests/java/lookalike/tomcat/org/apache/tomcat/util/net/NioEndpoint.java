package org.apache.tomcat.util.net;

/** Look-alike of Tomcat 9.0's class: the poller thread is what keeps the endpoint alive. */
public class NioEndpoint extends AbstractEndpoint {
    private Poller poller = null;

    public void start() {
        poller = new Poller();
        Thread thread = new Thread(poller, getName() + "-Poller");
        thread.setDaemon(true);
        thread.start();
    }

    /** Look-alike of the inner class. */
    public class Poller implements Runnable {
        private volatile boolean close = false;

        @Override
        public synchronized void run() {
            while (!close) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    close = true;
                }
            }
        }
    }
}
