// The header in C++, with what a C++ host does.
#include <edge_engine.h>
#include <edge_engine_names.h>

static void hear(void *user, const uint8_t *frame, size_t size) {
    *static_cast<size_t *>(user) += size + frame[0];
}

int main() {
    size_t heard = 0;
    ee_door door = 0;
    char *reason = nullptr;
    ee_options options{};
    options.abi = EE_ABI;
    if (ee_start(&options, &reason) != EE_OK) {
        ee_free(reason);
        return 1;
    }
    const ee_status status = ee_door_on_push(door, hear, &heard);
    return status == EE_CLOSED ? 0 : 1;
}
