import edgeengine.client.EdgeEngine
import edgeengine.client.EdgeException
import edgeengine.client.OpenOptions
import edgeengine.client.model.FeesPaid
import edgeengine.client.model.Import
import edgeengine.client.model.PriceRise
import edgeengine.client.model.Transactions
import java.nio.file.Path
import java.time.LocalDate

fun show(store: Path, statement: Path, phrase: String) {
    EdgeEngine.open(OpenOptions.store(store).passphrase(phrase)).use { engine ->
        for (purpose in listOf("categorization", "insights", "recommendations")) engine.consentGrant(purpose)
        val report = engine.importStatement(Import.of().withPath(statement.toString()).withCurrency("GBP"))
        println("${report.added} transactions are new")
        for (insight in engine.insights()) {
            when (val message = insight.message) {
                is PriceRise -> println("${message.merchant} costs ${message.newValue} since ${message.since}")
                is FeesPaid -> println("${message.n} fees: ${message.total}")
                else -> println("${insight.kind}: ${insight.moneyAYear ?: "no amount"}")
            }
        }
        val page = engine.transactions(Transactions.of().withSince(LocalDate.of(2026, 1, 1)))
        println("${page.total} since New Year, the first ${page.transactions.firstOrNull()?.amount}")
        val decision = engine.decide("feed")
        println(decision.suggestion?.title ?: decision.because)
    }
}

fun main(arguments: Array<String>) {
    try {
        show(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2])
    } catch (refused: EdgeException.PurposeDenied) {
        println("consent: ${refused.message}")
    }
}
