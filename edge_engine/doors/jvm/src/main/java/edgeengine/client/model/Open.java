// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Open a store; one at a time through one door.
 *
 * @param path the store's folder; empty for a store in memory
 * @param passphrase what the person typed
 * @param key bytes[32] that the host keeps in its keystore
 * @param keyring whether the key is kept in the system's keyring
 * @param create whether a store that is missing is made
 * @param policy folder with the app's own purposes; empty for the engine's
 * @param rules folder with the app's own reviews and workflows; empty for the engine's
 * @param decisions folder with the app's own offers, guards and experiments; empty for the engine's
 * @param ports what the host answers for: {@code key}, {@code clock}, {@code transport}, {@code channel.<name>},
 *     {@code connector.<name>}
 * @param connectors x25519 public keys, by the name of the connector, that packets to the back end are sealed to
 * @param events kinds of events that the host wants: {@code moment}, {@code decision}, {@code review}, {@code
 *     sync}, {@code progress}
 * @param leader uRL of the leading aggregator of signals; empty for none
 * @param helper uRL of the helping one
 * @param loopback whether plain HTTP to this machine is allowed for them, for trying things out
 * @param headers sent with every upload, such as a token that the leader asks for
 * @param clock a time in RFC 3339 at which the engine's clock stands still, for tests; empty for the device's
 * @param seed makes chance repeatable, for tests
 */
public record Open(
        String path,
        String passphrase,
        byte[] key,
        boolean keyring,
        boolean create,
        String policy,
        String rules,
        String decisions,
        List<String> ports,
        Map<String, byte[]> connectors,
        List<String> events,
        String leader,
        String helper,
        boolean loopback,
        Map<String, String> headers,
        String clock,
        @Nullable Long seed) {
    /** Keeps copies of what could change. */
    public Open {
        ports = List.copyOf(ports);
        connectors = Map.copyOf(connectors);
        events = List.copyOf(events);
        headers = Map.copyOf(headers);
    }

    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static Open of() {
        return new Open(
                "",
                "",
                new byte[0],
                false,
                true,
                "",
                "",
                "",
                List.of(),
                Map.of(),
                List.of(),
                "",
                "",
                false,
                Map.of(),
                "",
                null);
    }

    /**
     * Returns this with another value.
     *
     * @param path the store's folder; empty for a store in memory
     * @return a copy
     */
    public Open withPath(String path) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param passphrase what the person typed
     * @return a copy
     */
    public Open withPassphrase(String passphrase) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param key bytes[32] that the host keeps in its keystore
     * @return a copy
     */
    public Open withKey(byte[] key) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param keyring whether the key is kept in the system's keyring
     * @return a copy
     */
    public Open withKeyring(boolean keyring) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param create whether a store that is missing is made
     * @return a copy
     */
    public Open withCreate(boolean create) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param policy folder with the app's own purposes; empty for the engine's
     * @return a copy
     */
    public Open withPolicy(String policy) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param rules folder with the app's own reviews and workflows; empty for the engine's
     * @return a copy
     */
    public Open withRules(String rules) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param decisions folder with the app's own offers, guards and experiments; empty for the engine's
     * @return a copy
     */
    public Open withDecisions(String decisions) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param ports what the host answers for: {@code key}, {@code clock}, {@code transport}, {@code
     *     channel.<name>}, {@code connector.<name>}
     * @return a copy
     */
    public Open withPorts(List<String> ports) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param connectors x25519 public keys, by the name of the connector, that packets to the back end are sealed
     *     to
     * @return a copy
     */
    public Open withConnectors(Map<String, byte[]> connectors) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param events kinds of events that the host wants: {@code moment}, {@code decision}, {@code review}, {@code
     *     sync}, {@code progress}
     * @return a copy
     */
    public Open withEvents(List<String> events) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param leader uRL of the leading aggregator of signals; empty for none
     * @return a copy
     */
    public Open withLeader(String leader) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param helper uRL of the helping one
     * @return a copy
     */
    public Open withHelper(String helper) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param loopback whether plain HTTP to this machine is allowed for them, for trying things out
     * @return a copy
     */
    public Open withLoopback(boolean loopback) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param headers sent with every upload, such as a token that the leader asks for
     * @return a copy
     */
    public Open withHeaders(Map<String, String> headers) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param clock a time in RFC 3339 at which the engine's clock stands still, for tests; empty for the device's
     * @return a copy
     */
    public Open withClock(String clock) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns this with another value.
     *
     * @param seed makes chance repeatable, for tests
     * @return a copy
     */
    public Open withSeed(@Nullable Long seed) {
        return new Open(
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("path", path);
        fields.put("passphrase", passphrase);
        fields.put("key", key);
        fields.put("keyring", keyring);
        fields.put("create", create);
        fields.put("policy", policy);
        fields.put("rules", rules);
        fields.put("decisions", decisions);
        fields.put("ports", ports);
        fields.put("connectors", connectors);
        fields.put("events", events);
        fields.put("leader", leader);
        fields.put("helper", helper);
        fields.put("loopback", loopback);
        fields.put("headers", headers);
        fields.put("clock", clock);
        fields.put("seed", seed);
        return fields;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Open that
                && Objects.deepEquals(path, that.path)
                && Objects.deepEquals(passphrase, that.passphrase)
                && Arrays.equals(key, that.key)
                && Objects.deepEquals(keyring, that.keyring)
                && Objects.deepEquals(create, that.create)
                && Objects.deepEquals(policy, that.policy)
                && Objects.deepEquals(rules, that.rules)
                && Objects.deepEquals(decisions, that.decisions)
                && Objects.deepEquals(ports, that.ports)
                && Objects.deepEquals(connectors, that.connectors)
                && Objects.deepEquals(events, that.events)
                && Objects.deepEquals(leader, that.leader)
                && Objects.deepEquals(helper, that.helper)
                && Objects.deepEquals(loopback, that.loopback)
                && Objects.deepEquals(headers, that.headers)
                && Objects.deepEquals(clock, that.clock)
                && Objects.deepEquals(seed, that.seed);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(new Object[] {
                path,
                passphrase,
                key,
                keyring,
                create,
                policy,
                rules,
                decisions,
                ports,
                connectors,
                events,
                leader,
                helper,
                loopback,
                headers,
                clock,
                seed});
    }

    /** Returns the type's name and nothing else: what it holds opens a store. */
    @Override
    public String toString() {
        return "Open";
    }
}
