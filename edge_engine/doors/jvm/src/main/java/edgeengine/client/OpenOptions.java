package edgeengine.client;

import edgeengine.client.host.Channel;
import edgeengine.client.host.Connector;
import edgeengine.client.host.Keystore;
import edgeengine.client.host.ServerTransport;
import edgeengine.client.host.TimeSource;
import edgeengine.client.model.Event;
import edgeengine.client.model.Open;
import edgeengine.client.wire.NativeTransport;
import edgeengine.client.wire.SidecarTransport;
import edgeengine.client.wire.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is opened, with which key, and what the app does for the engine.
 *
 * <p>Each method changes the options and returns them. They are made, used once by {@link EdgeEngine#open} and forgotten:
 * they may hold a key, and never show it.
 */
public final class OpenOptions {
    private Open open;
    private List<String> command = List.of("edge-engine", "serve");
    private final Map<String, String> environment = new HashMap<>();
    private ProcessBuilder.Redirect errors = ProcessBuilder.Redirect.INHERIT;
    private @Nullable Path library;
    private @Nullable Path home;
    private List<Path> paths = List.of();
    private @Nullable Executor callbacks;
    private Duration startWithin = Duration.ofSeconds(30);
    private Duration closeWithin = Duration.ofSeconds(10);
    private final Map<String, Channel> channels = new LinkedHashMap<>();
    private final Map<String, Connector> connectors = new LinkedHashMap<>();
    private final List<Consumer<? super Event>> listeners = new ArrayList<>();
    private @Nullable Keystore keystore;
    private @Nullable TimeSource clock;
    private @Nullable ServerTransport servers;
    private boolean used;

    private OpenOptions(Open open) {
        this.open = open;
    }

    /**
     * Begins with a store on the disk.
     *
     * @param folder where it is, or is to be
     * @return options that still need a key
     */
    public static OpenOptions store(Path folder) {
        return new OpenOptions(Open.of().withPath(folder.toString()));
    }

    /**
     * Begins with a store that is encrypted in memory and gone afterwards, for tests.
     *
     * @return options that need no key
     */
    public static OpenOptions inMemory() {
        return new OpenOptions(Open.of());
    }

    // -- the key -----------------------------------------------------------------------------------------------

    /**
     * Opens with what the person typed.
     *
     * @param phrase the passphrase
     * @return these options
     */
    public OpenOptions passphrase(String phrase) {
        open = open.withPassphrase(phrase);
        return this;
    }

    /**
     * Opens with a key that the app keeps in a keystore.
     *
     * @param key 32 bytes; a copy is kept until the store is open
     * @return these options
     */
    public OpenOptions key(byte[] key) {
        open = open.withKey(key.clone());
        return this;
    }

    /**
     * Opens with a key that the engine asks for each time it needs it, so that the app keeps it no longer than that.
     *
     * @param from where it comes from
     * @return these options
     */
    public OpenOptions keystore(Keystore from) {
        keystore = from;
        return this;
    }

    /**
     * Opens with a key in the system's keyring.
     *
     * @return these options
     */
    public OpenOptions keyring() {
        open = open.withKeyring(true);
        return this;
    }

    // -- the store and its rules ---------------------------------------------------------------------------------

    /**
     * Says whether a store that is missing is made; it is, unless this says otherwise.
     *
     * @param create whether it is
     * @return these options
     */
    public OpenOptions create(boolean create) {
        open = open.withCreate(create);
        return this;
    }

    /**
     * Takes the app's own purposes.
     *
     * @param folder holds the policy's files
     * @return these options
     */
    public OpenOptions policy(Path folder) {
        open = open.withPolicy(folder.toString());
        return this;
    }

    /**
     * Takes the app's own reviews and workflows.
     *
     * @param folder holds the rules' files
     * @return these options
     */
    public OpenOptions rules(Path folder) {
        open = open.withRules(folder.toString());
        return this;
    }

    /**
     * Takes the app's own offers, guards and experiments.
     *
     * @param folder holds the decisions' files
     * @return these options
     */
    public OpenOptions decisions(Path folder) {
        open = open.withDecisions(folder.toString());
        return this;
    }

    /**
     * Names the two servers that signals may go to.
     *
     * @param leader address of the leading aggregator
     * @param helper address of the helping one
     * @return these options
     */
    public OpenOptions reporting(String leader, String helper) {
        open = open.withLeader(leader).withHelper(helper);
        return this;
    }

    /**
     * Sends headers with every upload, such as a token that the leader asks for.
     *
     * @param headers by their names
     * @return these options
     */
    public OpenOptions reportingHeaders(Map<String, String> headers) {
        open = open.withHeaders(headers);
        return this;
    }

    /**
     * Allows plain HTTP to this machine for reporting, for trying things out.
     *
     * @return these options
     */
    public OpenOptions allowLoopback() {
        open = open.withLoopback(true);
        return this;
    }

    /**
     * Lets the engine's clock stand still, for tests.
     *
     * @param at what time it is
     * @return these options
     */
    public OpenOptions fixedClock(Instant at) {
        open = open.withClock(at.toString());
        return this;
    }

    /**
     * Makes chance repeatable, for tests.
     *
     * @param seed any number
     * @return these options
     */
    public OpenOptions seed(long seed) {
        open = open.withSeed(seed);
        return this;
    }

    // -- the app's side -------------------------------------------------------------------------------------------

    /**
     * Asks to be told of events.
     *
     * @param kinds {@code moment}, {@code decision}, {@code review}, {@code sync}, {@code progress}
     * @return these options
     */
    public OpenOptions events(String... kinds) {
        open = open.withEvents(List.of(kinds));
        return this;
    }

    /**
     * Calls a listener with each event from the first one on, one after the other.
     *
     * @param listener what it throws goes to its thread's handler, and the next event comes all the same
     * @return these options
     */
    public OpenOptions onEvent(Consumer<? super Event> listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Tells the engine the time.
     *
     * @param source asked once a request
     * @return these options
     */
    public OpenOptions clock(TimeSource source) {
        clock = source;
        return this;
    }

    /**
     * Connects a way to the person.
     *
     * @param name of the channel, such as {@code push}
     * @param channel shows suggestions
     * @return these options
     */
    public OpenOptions channel(String name, Channel channel) {
        channels.put(name, channel);
        return this;
    }

    /**
     * Connects a back end.
     *
     * @param name of the connector, as the rules have it
     * @param connector carries orders out
     * @param sealTo X25519 public key, 32 bytes, that packets are sealed to; null where they stay on the device
     * @return these options
     */
    public OpenOptions connector(String name, Connector connector, byte @Nullable [] sealTo) {
        connectors.put(name, connector);
        if (sealTo != null) {
            Map<String, byte[]> keys = new LinkedHashMap<>(open.connectors());
            keys.put(name, sealTo.clone());
            open = open.withConnectors(keys);
        }
        return this;
    }

    /**
     * Sends the engine's reports over the app's own connections.
     *
     * @param transport sends requests
     * @return these options
     */
    public OpenOptions transport(ServerTransport transport) {
        servers = transport;
        return this;
    }

    /**
     * Names where futures complete and listeners are called; daemon threads of the engine's, unless this says otherwise.
     *
     * @param executor runs the app's callbacks
     * @return these options
     */
    public OpenOptions callbacks(Executor executor) {
        callbacks = executor;
        return this;
    }

    // -- where the engine runs ----------------------------------------------------------------------------------

    /**
     * Runs the engine as a child process; {@code edge-engine serve} from the path, unless this says otherwise.
     *
     * @param program the program and its arguments
     * @return these options
     */
    public OpenOptions sidecar(String... program) {
        command = List.of(program);
        library = null;
        return this;
    }

    /**
     * Sets a variable of the sidecar's environment.
     *
     * @param name of the variable
     * @param value what it is set to
     * @return these options
     */
    public OpenOptions environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /**
     * Says where the sidecar's standard error goes; to this process's own, unless this says otherwise.
     *
     * @param to where
     * @return these options
     */
    public OpenOptions errors(ProcessBuilder.Redirect to) {
        errors = to;
        return this;
    }

    /**
     * Runs the engine inside this process; needs JNA on the class path.
     *
     * @param file the library {@code libedge_engine}
     * @return these options
     */
    public OpenOptions inProcess(Path file) {
        library = file;
        return this;
    }

    /**
     * Runs the engine inside this process, with a Python that is elsewhere than where the library was built.
     *
     * @param file the library {@code libedge_engine}
     * @param python folder that holds the engine's Python
     * @param packages folders that hold the engine's packages
     * @return these options
     */
    public OpenOptions inProcess(Path file, Path python, Path... packages) {
        library = file;
        home = python;
        paths = List.of(packages);
        return this;
    }

    /**
     * Gives the engine so long to answer for the first time; 30 seconds, unless this says otherwise.
     *
     * @param time how long
     * @return these options
     */
    public OpenOptions startWithin(Duration time) {
        startWithin = time;
        return this;
    }

    /**
     * Gives the sidecar so long to end when it is closed, before it is killed; 10 seconds, unless this says otherwise.
     *
     * @param time how long
     * @return these options
     */
    public OpenOptions closeWithin(Duration time) {
        closeWithin = time;
        return this;
    }

    // -- for the engine -----------------------------------------------------------------------------------------

    List<Consumer<? super Event>> listeners() {
        return listeners;
    }

    @Nullable Executor callbacks() {
        return callbacks;
    }

    Duration startWithin() {
        return startWithin;
    }

    Duration closeWithin() {
        return closeWithin;
    }

    HostPorts hostPorts() {
        return HostPorts.of(keystore, clock, channels, connectors, servers);
    }

    /** Returns what {@code open} is asked, with the ports that the app serves. */
    Map<String, @Nullable Object> request() {
        List<String> ports = new ArrayList<>();
        if (keystore != null) {
            ports.add("key");
        }
        if (clock != null) {
            ports.add("clock");
        }
        if (servers != null) {
            ports.add("transport");
        }
        channels.keySet().forEach(name -> ports.add("channel." + name));
        connectors.keySet().forEach(name -> ports.add("connector." + name));
        return open.withPorts(ports).toWire();
    }

    /** Overwrites the key that was kept for opening; see {@link #launch()}. */
    void forget() {
        Arrays.fill(open.key(), (byte) 0);
    }

    // INVARIANT: options are used once. Their key is overwritten then, and a store made with it would be open to all.
    private void use() {
        if (used) {
            throw new IllegalStateException("options are used once; make new ones");
        }
        used = true;
    }

    Transport launch() {
        use();
        try {
            Path file = library;
            return file == null
                    ? SidecarTransport.launch(command, environment, errors)
                    : NativeTransport.open(file, home, paths);
        } catch (IOException missing) {
            throw new ClientException.NotStarted("the engine cannot be started: " + missing.getMessage());
        } catch (NoClassDefFoundError jna) {
            throw new ClientException.NotStarted("an engine inside the process needs JNA on the class path");
        }
    }
}
