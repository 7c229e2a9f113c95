/* Starts that fail say so, and what can be tried again can: argv[1] good folders, argv[2] a home whose library is empty. */
#include <locale.h>
#include <signal.h>

#include "host.h"

static void expect_failure(ee_options options, ee_status wanted, const char *words) {
    char *reason = NULL;
    ee_door door = 5;
    options.abi = EE_ABI;
    EXPECT(ee_start(&options, &reason), wanted);
    CHECK(reason != NULL);
    printf("%s\n", reason);
    CHECK(strstr(reason, words) != NULL);
    ee_free(reason);
    EXPECT(ee_start(&options, NULL), wanted);
    EXPECT(ee_door_new(&door), EE_NOT_STARTED);
    CHECK(door == 0);
}

static void on_interrupt(int number) {
    (void)number;
}

int main(int argc, char **argv) {
    CHECK(argc == 3);
    const char *nowhere[] = {"/nowhere/at/all"};
    const char *relative[] = {"packages"};
    expect_failure((ee_options){.home = "/nowhere"}, EE_PYTHON_MISSING, "/nowhere");
    expect_failure((ee_options){.home = ""}, EE_PYTHON_MISSING, "home");
    expect_failure((ee_options){.home = "."}, EE_PYTHON_MISSING, "home");
    expect_failure((ee_options){.paths = relative, .path_count = 1}, EE_ENGINE_MISSING, "absolute");
    if (strcmp(argv[2], "-") != 0) {
        expect_failure((ee_options){.home = argv[2]}, EE_PYTHON_FAILED, "Python");
        return 0;
    }
    signal(SIGINT, on_interrupt);
    char *locale = strdup(setlocale(LC_ALL, NULL));
    expect_failure((ee_options){.paths = nowhere, .path_count = 1}, EE_ENGINE_MISSING, "edge_engine");
    host_start(argv[1]);
    CHECK(signal(SIGINT, SIG_DFL) == on_interrupt);
    CHECK(signal(SIGPIPE, SIG_DFL) == SIG_DFL);
    CHECK(strcmp(locale, setlocale(LC_ALL, NULL)) == 0);
    free(locale);
    EXPECT(ee_shutdown(), EE_OK);
    return 0;
}
