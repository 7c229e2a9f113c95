/* How long a thread that only says ping waits while the engine works. argv[2] is a file of requests that prepare the door,
 * argv[3] one of requests that take long. Prints the median, the 99th percentile and the most, in microseconds. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "host.h"

enum { PINGS_MOST = 1 << 16, PAUSE_US = 500 };

static const uint8_t ping[] = {0x94, 1, 9, 0xa4, 'p', 'i', 'n', 'g', 0xc0};
static ee_door door;
static atomic_bool over;

static int64_t now_us(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

static int compare(const void *a, const void *b) {
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void ask(const uint8_t *frame, size_t size) {
    uint8_t *response = NULL;
    size_t response_size = 0;
    EXPECT(ee_door_call(door, frame, size, &response, &response_size), EE_OK);
    ee_free(response);
}

static void *ask_all(void *name) {
    FILE *file = fopen(name, "rb");
    CHECK(file != NULL);
    uint8_t *frame = NULL;
    uint32_t size = 0;
    while (host_read(file, &frame, &size)) {
        ask(frame, size);
        free(frame);
    }
    fclose(file);
    atomic_store(&over, true);
    return NULL;
}

int main(int argc, char **argv) {
    CHECK(argc == 4);
    host_start(argv[1]);
    EXPECT(ee_door_new(&door), EE_OK);
    (void)ask_all(argv[2]);
    atomic_store(&over, false);
    int64_t *taken = calloc(PINGS_MOST, sizeof *taken);
    size_t count = 0;
    pthread_t worker;
    CHECK(taken != NULL && pthread_create(&worker, NULL, ask_all, argv[3]) == 0);
    while (!atomic_load(&over) && count < PINGS_MOST) {
        int64_t begun = now_us();
        ask(ping, sizeof ping);
        taken[count++] = now_us() - begun;
        usleep(PAUSE_US);
    }
    CHECK(pthread_join(worker, NULL) == 0 && count > 0);
    qsort(taken, count, sizeof *taken, compare);
    printf("%lld %lld %lld\n", (long long)taken[count / 2], (long long)taken[count - 1 - count / 100],
           (long long)taken[count - 1]);
    return ee_shutdown() == EE_OK ? 0 : 1;
}
