// Written by `python -m edge_engine.doors.generation.java`; change the engine's types instead.
package edgeengine.client.model;

import edgeengine.client.Money;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Put a loan, with what is found of it and whatever that is, before an adviser.
 *
 * @param amount what would be paid out
 * @param months how many instalments
 * @param monthly one instalment
 * @param product the bank's name of it
 * @param account key of the account where it is paid out
 * @param proposer {@code engine}, or {@code person} where they asked for it themselves
 */
public record ProposeLoan(
        Money amount,
        long months,
        Money monthly,
        String product,
        String account,
        String proposer) {
    /**
     * Returns a request with the usual values of what is not named here.
     *
     * @param amount what would be paid out
     * @param months how many instalments
     * @param monthly one instalment
     * @param product the bank's name of it
     * @param account key of the account where it is paid out
     * @return the request
     */
    public static ProposeLoan of(Money amount, long months, Money monthly, String product, String account) {
        return new ProposeLoan(amount, months, monthly, product, account, "engine");
    }

    /**
     * Returns this with another value.
     *
     * @param proposer {@code engine}, or {@code person} where they asked for it themselves
     * @return a copy
     */
    public ProposeLoan withProposer(String proposer) {
        return new ProposeLoan(amount, months, monthly, product, account, proposer);
    }

    /**
     * Returns the request as the engine reads it.
     *
     * @return plain values
     */
    public Map<String, @Nullable Object> toWire() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("amount", amount.toWire());
        fields.put("months", months);
        fields.put("monthly", monthly.toWire());
        fields.put("product", product);
        fields.put("account", account);
        fields.put("proposer", proposer);
        return fields;
    }
}
