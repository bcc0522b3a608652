#pragma once
#include "gateway/config/site.hpp"
#include "vision/link/reference_shelf.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>

namespace gatehouse::app {

// One file a camera in a folder of the gateway's data; not in the database, because each is megabytes that
// change hourly and are worth nothing elsewhere. Reads and writes on `worker`.
class ReferenceFiles final : public vision::ReferenceShelf {
public:
    ReferenceFiles(asio::any_io_executor worker, std::filesystem::path folder)
        : worker_(std::move(worker)), folder_(std::move(folder))
    {
    }

    asio::awaitable<std::string> recall(std::string camera) override;
    asio::awaitable<void> keep(std::string camera, std::string learnt) override;
    asio::awaitable<void> drop(std::string camera) override;
    // Removes what belongs to no device any more.
    asio::awaitable<void> tidy(std::vector<std::string> devices);

private:
    [[nodiscard]] std::filesystem::path file_of(const std::string& camera) const;

    asio::any_io_executor worker_;
    std::filesystem::path folder_;
};

} // namespace gatehouse::app
