// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Read a statement or an event file.
 *
 * @param path the file; empty where its bytes are given
 * @param format {@code auto}, or a format's name to skip detection
 * @param mapping a TOML file that names the columns of a CSV; empty for detection
 * @param account key of the account, for files that name none
 * @param currency iSO 4217 code, for files that name none
 * @param content the file's bytes, where it has no path on this device
 */
public record Import(String path, String format, String mapping, String account, String currency, byte[] content) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static Import of() {
        return new Import("", "auto", "", "", "", new byte[0]);
    }

    /**
     * Returns this with another value.
     *
     * @param path the file; empty where its bytes are given
     * @return a copy
     */
    public Import withPath(String path) {
        return new Import(path, format, mapping, account, currency, content);
    }

    /**
     * Returns this with another value.
     *
     * @param format {@code auto}, or a format's name to skip detection
     * @return a copy
     */
    public Import withFormat(String format) {
        return new Import(path, format, mapping, account, currency, content);
    }

    /**
     * Returns this with another value.
     *
     * @param mapping a TOML file that names the columns of a CSV; empty for detection
     * @return a copy
     */
    public Import withMapping(String mapping) {
        return new Import(path, format, mapping, account, currency, content);
    }

    /**
     * Returns this with another value.
     *
     * @param account key of the account, for files that name none
     * @return a copy
     */
    public Import withAccount(String account) {
        return new Import(path, format, mapping, account, currency, content);
    }

    /**
     * Returns this with another value.
     *
     * @param currency iSO 4217 code, for files that name none
     * @return a copy
     */
    public Import withCurrency(String currency) {
        return new Import(path, format, mapping, account, currency, content);
    }

    /**
     * Returns this with another value.
     *
     * @param content the file's bytes, where it has no path on this device
     * @return a copy
     */
    public Import withContent(byte[] content) {
        return new Import(path, format, mapping, account, currency, content);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("path", path);
        fields.put("format", format);
        fields.put("mapping", mapping);
        fields.put("account", account);
        fields.put("currency", currency);
        fields.put("content", content);
        return fields;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Import that
                && Objects.deepEquals(path, that.path)
                && Objects.deepEquals(format, that.format)
                && Objects.deepEquals(mapping, that.mapping)
                && Objects.deepEquals(account, that.account)
                && Objects.deepEquals(currency, that.currency)
                && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(new Object[] {path, format, mapping, account, currency, content});
    }
}
