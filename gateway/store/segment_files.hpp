#pragma once
#include "gateway/store/file.hpp"
#include "gateway/store/media_store.hpp"

#include <filesystem>
#include <vector>

namespace gatehouse::store {

// Pictures one after the other in media/NNNNNNNN.seg, at most 64 MiB a file. Every start begins a new file,
// so bytes that a crash left without a row never matter.
class SegmentFiles final : public MediaStore {
public:
    // Throws std::runtime_error when the folder cannot be made.
    explicit SegmentFiles(std::filesystem::path folder, std::int64_t segment_bytes_max = 64LL * 1024 * 1024);

    base::Result<MediaPlace> append(std::string_view bytes) override;
    base::Result<void> sync() override;
    base::Result<std::string> read(MediaPlace place, const std::string& sha256) const override;
    void remove(MediaPlace place) override;
    void remove_segment(std::int64_t segment) override;
    // The segments that lie on the disk, the one being written excepted.
    [[nodiscard]] std::vector<std::int64_t> finished_segments() const;
    // Room taken on the disk, holes not counted.
    [[nodiscard]] std::int64_t bytes_used() const;

private:
    [[nodiscard]] std::filesystem::path path_of(std::int64_t segment) const;
    [[nodiscard]] base::Result<void> open_next();

    std::filesystem::path folder_;
    std::int64_t segment_bytes_max_;
    std::int64_t segment_ = 0; // the newest number in use
    std::int64_t offset_ = 0;
    File file_;
    std::vector<File> unsynced_; // filled up since the last sync
    bool dirty_ = false;
};

} // namespace gatehouse::store
