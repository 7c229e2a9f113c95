// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Open the store again after {@code Suspend}.
 *
 * @param passphrase as in {@code Open}; everything empty asks for the key as it was had before
 * @param key likewise
 * @param keyring likewise
 */
public record Resume(String passphrase, byte[] key, boolean keyring) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @return the request
     */
    public static Resume of() {
        return new Resume("", new byte[0], false);
    }

    /**
     * Returns this with another value.
     *
     * @param passphrase as in {@code Open}; everything empty asks for the key as it was had before
     * @return a copy
     */
    public Resume withPassphrase(String passphrase) {
        return new Resume(passphrase, key, keyring);
    }

    /**
     * Returns this with another value.
     *
     * @param key likewise
     * @return a copy
     */
    public Resume withKey(byte[] key) {
        return new Resume(passphrase, key, keyring);
    }

    /**
     * Returns this with another value.
     *
     * @param keyring likewise
     * @return a copy
     */
    public Resume withKeyring(boolean keyring) {
        return new Resume(passphrase, key, keyring);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("passphrase", passphrase);
        fields.put("key", key);
        fields.put("keyring", keyring);
        return fields;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Resume that
                && Objects.deepEquals(passphrase, that.passphrase)
                && Arrays.equals(key, that.key)
                && Objects.deepEquals(keyring, that.keyring);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(new Object[] {passphrase, key, keyring});
    }

    /** Returns the type's name and nothing else: what it holds opens a store. */
    @Override
    public String toString() {
        return "Resume";
    }
}
