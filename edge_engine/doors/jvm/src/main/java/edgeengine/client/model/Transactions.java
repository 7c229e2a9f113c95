// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Look at transactions, newest first.
 *
 * @param limit how many at most; 1 to 100,000
 * @param offset how many of the newest to pass over
 * @param since first booking day as {@code YYYY-MM-DD}; empty for all
 * @param until last booking day; empty for all
 * @param account key of one account; empty for all
 */
public record Transactions(long limit, long offset, String since, String until, String account) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static Transactions of() {
        return new Transactions(50L, 0L, "", "", "");
    }

    /**
     * Returns this with another value.
     *
     * @param limit how many at most; 1 to 100,000
     * @return a copy
     */
    public Transactions withLimit(long limit) {
        return new Transactions(limit, offset, since, until, account);
    }

    /**
     * Returns this with another value.
     *
     * @param offset how many of the newest to pass over
     * @return a copy
     */
    public Transactions withOffset(long offset) {
        return new Transactions(limit, offset, since, until, account);
    }

    /**
     * Returns this with another value.
     *
     * @param since first booking day as {@code YYYY-MM-DD}; empty for all
     * @return a copy
     */
    public Transactions withSince(String since) {
        return new Transactions(limit, offset, since, until, account);
    }

    /**
     * Returns this with another day.
     *
     * @param since first booking day as {@code YYYY-MM-DD}; empty for all
     * @return a copy
     */
    public Transactions withSince(LocalDate since) {
        return withSince(since.toString());
    }

    /**
     * Returns this with another value.
     *
     * @param until last booking day; empty for all
     * @return a copy
     */
    public Transactions withUntil(String until) {
        return new Transactions(limit, offset, since, until, account);
    }

    /**
     * Returns this with another day.
     *
     * @param until last booking day; empty for all
     * @return a copy
     */
    public Transactions withUntil(LocalDate until) {
        return withUntil(until.toString());
    }

    /**
     * Returns this with another value.
     *
     * @param account key of one account; empty for all
     * @return a copy
     */
    public Transactions withAccount(String account) {
        return new Transactions(limit, offset, since, until, account);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("limit", limit);
        fields.put("offset", offset);
        fields.put("since", since);
        fields.put("until", until);
        fields.put("account", account);
        return fields;
    }
}
