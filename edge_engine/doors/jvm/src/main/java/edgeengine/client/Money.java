package edgeengine.client;

import edgeengine.client.wire.Malformed;
import edgeengine.client.wire.Read;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An amount of one currency, in whole minor units: no floating-point number ever holds money.
 *
 * @param minor signed, in the currency's minor unit: cents for EUR, whole yen for JPY
 * @param currency ISO 4217 alphabetic code
 */
public record Money(long minor, String currency) {
    /** Checks that there is a currency. */
    public Money {
        Objects.requireNonNull(currency, "currency");
    }

    /**
     * Returns an amount.
     *
     * @param minor in minor units
     * @param currency ISO 4217 alphabetic code
     * @return the amount
     */
    public static Money of(long minor, String currency) {
        return new Money(minor, currency);
    }

    /**
     * Returns the amount in the currency's main unit, exactly: 1234 minor units of EUR are 12.34.
     *
     * @return with as many decimals as the currency has
     */
    public BigDecimal decimal() {
        return BigDecimal.valueOf(minor, MinorUnits.digits(currency));
    }

    /**
     * Reads an amount as the engine writes it.
     *
     * @param value plain value
     * @return the amount
     * @throws Malformed if it is none
     */
    public static Money fromWire(@Nullable Object value) {
        Map<String, @Nullable Object> fields = Read.fields(value);
        return new Money(Read.field(fields, "minor", Read::whole), Read.field(fields, "currency", Read::text));
    }

    /**
     * Returns the amount as the engine reads it.
     *
     * @return plain value
     */
    public Map<String, Object> toWire() {
        return Map.of("minor", minor, "currency", currency);
    }

    /** Returns such as {@code 12.34 EUR}. */
    @Override
    public String toString() {
        return decimal().toPlainString() + " " + currency;
    }
}
