package edgeengine.client;

import edgeengine.client.host.Channel;
import edgeengine.client.host.Connector;
import edgeengine.client.host.Keystore;
import edgeengine.client.host.ServerTransport;
import edgeengine.client.host.TimeSource;
import edgeengine.client.model.AskKey;
import edgeengine.client.model.AskOrder;
import edgeengine.client.model.AskServer;
import edgeengine.client.model.Suggestion;
import edgeengine.client.wire.Malformed;
import edgeengine.client.wire.Message;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** What the engine may ask of its host, by method; each request runs on a daemon thread of its own. */
final class HostPorts {
    private static final String KEY = "host.key";
    private static final Message.Failure NOT_SERVED =
            new Message.Failure("door.host_failed", "the host does not serve this port");
    private static final Message.Failure FAILED = new Message.Failure("door.host_failed", "the host's port failed");

    private final Map<String, Port> ports;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "edge-engine-host");
        thread.setDaemon(true);
        return thread;
    });

    HostPorts(Map<String, Port> ports) {
        this.ports = Map.copyOf(ports);
    }

    /** Returns the ports that an app serves. */
    static HostPorts of(
            @Nullable Keystore keystore,
            @Nullable TimeSource clock,
            Map<String, Channel> channels,
            Map<String, Connector> connectors,
            @Nullable ServerTransport servers) {
        Map<String, Port> ports = new HashMap<>();
        if (keystore != null) {
            ports.put(KEY, params -> keystore.key(AskKey.fromWire(params).path()));
        }
        if (clock != null) {
            ports.put("host.now", params -> clock.now().toString());
        }
        if (servers != null) {
            ports.put("host.request", params -> servers.request(AskServer.fromWire(params)).toWire());
        }
        if (!channels.isEmpty()) {
            ports.put("host.show", params -> {
                Suggestion asked = Suggestion.fromWire(params);
                named(channels, asked.channel().value()).show(asked);
                return null;
            });
        }
        if (!connectors.isEmpty()) {
            ports.put("host.perform", params -> {
                AskOrder order = AskOrder.fromWire(params);
                return named(connectors, order.connector()).perform(order).toWire();
            });
            ports.put("host.undo", params -> {
                AskOrder order = AskOrder.fromWire(params);
                return named(connectors, order.connector()).undo(order).toWire();
            });
        }
        return new HostPorts(ports);
    }

    private static <T> T named(Map<String, T> ports, String name) {
        T port = ports.get(name);
        if (port == null) {
            throw new Malformed("the host has no port of this name");
        }
        return port;
    }

    /** Answers a request of the engine, later and on another thread. */
    void answer(Message.Request request, Answer answer) {
        try {
            threads.execute(() -> serve(request, answer));
        } catch (RejectedExecutionException closed) {
            answer.send(request.id(), FAILED, null);
        }
    }

    /** Ends the threads; what runs is interrupted. */
    void close() {
        threads.shutdownNow();
    }

    private void serve(Message.Request request, Answer answer) {
        Port port = ports.get(request.method());
        if (port == null) {
            answer.send(request.id(), NOT_SERVED, null);
            return;
        }
        Message.Failure failure = FAILED; // also where the port throws an Error, which then ends this thread
        Object result = null;
        try {
            result = port.call(request.params());
            failure = null;
        } catch (EdgeException refused) {
            failure = new Message.Failure(refused.code(), refused.getMessage());
        } catch (Malformed malformed) {
            failure = new Message.Failure("door.host_failed", "the host does not understand what it is asked");
        } catch (Exception failed) {
            // INVARIANT: nothing of the host's own error crosses the door; it may name a person.
            failure = FAILED;
        } finally {
            answer.send(request.id(), failure, result);
            if (request.method().equals(KEY) && result instanceof byte[] key) {
                Arrays.fill(key, (byte) 0);
            }
        }
    }

    /** One method of a port. */
    interface Port {
        @Nullable Object call(Map<String, @Nullable Object> params) throws Exception;
    }

    /** The way back. */
    interface Answer {
        void send(int id, Message.@Nullable Failure failure, @Nullable Object result);
    }
}
