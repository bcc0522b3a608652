#pragma once
#include "gateway/base/errc.hpp"

#include <cstdint>
#include <filesystem>
#include <span>

namespace gatehouse::vision {

// What the daemon starts the worker with.
struct Arguments {
    std::filesystem::path models;
    std::uint64_t memory_max = std::uint64_t{512} << 20; // bytes
    bool version = false;
};

// Without the program's name: --models DIR [--memory-max BYTES], or --version. Errors: bad_input.
[[nodiscard]] base::Result<Arguments> parse_arguments(std::span<const char* const> words);

} // namespace gatehouse::vision
