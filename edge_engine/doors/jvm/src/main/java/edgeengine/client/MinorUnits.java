// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client;

/** How many decimals currencies have, as ISO 4217 and the engine say. */
final class MinorUnits {
    private MinorUnits() {}

    static int digits(String currency) {
        return switch (currency) {
            case
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF" -> 0;
            case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND" -> 3;
            case "CLF", "UYW" -> 4;
            default -> 2;
        };
    }
}
