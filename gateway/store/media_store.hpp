#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/base/sha256.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::store {

// Where a picture's bytes lie.
struct MediaPlace {
    std::int64_t segment = 0;
    std::int64_t offset = 0;
    std::int64_t length = 0;
};

// Keeps the bytes of pictures. The one seam for encryption at rest: whoever wraps it sees every byte in and
// out. append, sync and remove: store thread only; read: any thread.
class MediaStore {
public:
    virtual ~MediaStore() = default;
    // The bytes are safe only after sync(). Errors: disk_full, failed.
    virtual base::Result<MediaPlace> append(std::string_view bytes) = 0;
    // One call for a whole batch.
    virtual base::Result<void> sync() = 0;
    // Errors: not_found, damaged (too short, or the hash is another).
    virtual base::Result<std::string> read(MediaPlace place, const std::string& sha256) const = 0;
    // Gives the room of one picture back to the disk.
    virtual void remove(MediaPlace place) = 0;
    // Removes a segment in which nothing is wanted any more; the one being written stays.
    virtual void remove_segment(std::int64_t segment) = 0;
};

using base::sha256_hex;

} // namespace gatehouse::store
