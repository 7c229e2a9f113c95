package edgeengine.client.host;

/** Where the app keeps the store's key: the phone's or computer's own keystore. */
@FunctionalInterface
public interface Keystore {
    /**
     * Gives the key of a store; a person may be asked for their fingerprint meanwhile.
     *
     * @param path the store, as the app named it
     * @return 32 bytes, and a copy: this client overwrites the array once the engine was told
     * @throws Exception if there is none; its words stay in this process
     */
    byte[] key(String path) throws Exception;
}
