package edgeengine.client;
/** tmp */
public sealed class EdgeException extends RuntimeException permits ClientException, EdgeException.VaultError {
    private static final long serialVersionUID = 1L;
    private final String code;
    EdgeException(String code, String message) { super(message); this.code = code; }
    public String code() { return code; }
    public static EdgeException of(String code, String message) { 
      if (code.equals("vault.busy")) return new Busy(code, message);
      return code.startsWith("vault") ? new VaultError(code, message) : new EdgeException(code, message); }
    public static sealed class VaultError extends EdgeException { private static final long serialVersionUID = 1L; VaultError(String c, String m) { super(c, m); } }
    public static final class Busy extends VaultError { private static final long serialVersionUID = 1L; Busy(String c, String m) { super(c, m); } }
}
