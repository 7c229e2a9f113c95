package edgeengine.client;

import edgeengine.client.wire.Malformed;
import org.jspecify.annotations.Nullable;

/** A value that is a text in one place, a number or an amount in another. */
public sealed interface Value {
    /**
     * Returns a text.
     *
     * @param text what it says
     * @return the value
     */
    static Value of(String text) {
        return new Text(text);
    }

    /**
     * Returns a number.
     *
     * @param number how much
     * @return the value
     */
    static Value of(double number) {
        return new Number(number);
    }

    /**
     * Returns a whole number.
     *
     * @param whole how many
     * @return the value
     */
    static Value of(long whole) {
        return new Whole(whole);
    }

    /**
     * Returns an amount.
     *
     * @param money how much of which currency
     * @return the value
     */
    static Value of(Money money) {
        return new Amount(money);
    }

    /**
     * Reads what the engine writes.
     *
     * @param value plain value
     * @return the value
     * @throws Malformed if it is of another kind
     */
    static Value fromWire(@Nullable Object value) {
        if (value instanceof String text) {
            return new Text(text);
        }
        if (value instanceof Long whole) {
            return new Whole(whole);
        }
        if (value instanceof Double number) {
            return new Number(number);
        }
        return new Amount(Money.fromWire(value));
    }

    /**
     * Returns the value as the engine reads it.
     *
     * @return plain value
     */
    Object toWire();

    /**
     * A text.
     *
     * @param text what it says
     */
    record Text(String text) implements Value {
        @Override
        public Object toWire() {
            return text;
        }
    }

    /**
     * A whole number.
     *
     * @param whole how many
     */
    record Whole(long whole) implements Value {
        @Override
        public Object toWire() {
            return whole;
        }
    }

    /**
     * A number.
     *
     * @param number how much
     */
    record Number(double number) implements Value {
        @Override
        public Object toWire() {
            return number;
        }
    }

    /**
     * An amount.
     *
     * @param money how much of which currency
     */
    record Amount(Money money) implements Value {
        @Override
        public Object toWire() {
            return money.toWire();
        }
    }
}
