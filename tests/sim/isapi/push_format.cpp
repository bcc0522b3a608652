#include "tests/sim/isapi/push_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gatehouse::sim::isapi {
namespace {

using Piece = std::shared_ptr<const std::string>;

Piece piece(std::string text)
{
    return std::make_shared<const std::string>(std::move(text));
}

std::vector<Piece> event_part(const Payload& payload, const std::string& boundary)
{
    const bool json = payload.json;
    const char* name = json ? "event_log" : payload.pictures ? "anpr.xml" : "event.xml";
    return {piece(fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"{}\r\nContent-Type: {}\r\n"
                              "Content-Length: {}\r\n\r\n{}\r\n",
                              boundary, name, json ? "" : fmt::format("; filename=\"{}\"", name),
                              json ? "application/json" : "text/xml", payload.text.size(), payload.text))};
}

std::vector<Piece> picture_parts(const Payload& payload, const Switches& switches,
                                 const std::string& boundary)
{
    constexpr std::array<const char*, 4> plate_names{"licensePlatePicture.jpg", "detectionPicture.jpg",
                                                     "vehiclePicture.jpg", "featurePicture.jpg"};
    std::vector<Piece> out;
    const auto count = payload.json ? std::size_t{1} : std::min(switches.pictures, plate_names.size());
    for (std::size_t n = 0; n < count; ++n) {
        const std::string name = payload.json ? "Picture" : plate_names.at(n);
        const bool empty = switches.empty_picture && n == 0;
        const Piece bytes = empty ? piece("") : picture_of(payload, n, switches);
        out.push_back(
            piece(fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n"
                              "Content-Type: image/jpeg\r\nContent-Length: {}\r\nContent-ID: {}\r\n\r\n",
                              boundary, name, name, bytes->size(), name)));
        out.push_back(bytes);
        out.push_back(piece("\r\n"));
    }
    return out;
}

std::string head(const Host& host, const std::string& type, std::size_t size, bool keep_alive)
{
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}:{}\r\nAccept: */*\r\n{}Connection: {}\r\nContent-Length: {}\r\n\r\n",
        host.url, host.address, host.port, type, keep_alive ? "keep-alive" : "close", size);
}

} // namespace

PushRequest::PushRequest(const Host& host, const Payload& payload, const Switches& switches,
                         bool with_pictures, bool keep_alive)
{
    if (switches.push_raw) {
        pieces_.push_back(piece(payload.text));
        return;
    }
    if (switches.bare) {
        const char* type = payload.json ? "Content-Type: application/json\r\n"
                                        : "Content-Type: application/xml; charset=\"UTF-8\"\r\n";
        pieces_.push_back(piece(head(host, type, payload.text.size(), keep_alive) + payload.text));
        return;
    }
    const std::string boundary = payload.json ? "MIME_boundary" : "boundary";
    pieces_ = event_part(payload, boundary);
    const bool wanted = payload.pictures && (switches.picture_bytes > 0 || switches.empty_picture);
    if (with_pictures && wanted) {
        const auto pictures = picture_parts(payload, switches, boundary);
        pieces_.insert(switches.reorder_parts ? pieces_.begin() : pieces_.end(), pictures.begin(),
                       pictures.end());
    }
    pieces_.push_back(piece(fmt::format("--{}--\r\n", boundary)));
    std::size_t size = 0;
    for (const auto& p : pieces_)
        size += p->size();
    const auto type = fmt::format("Content-Type: multipart/form-data; boundary={}\r\n", boundary);
    pieces_.insert(pieces_.begin(), piece(head(host, type, size, keep_alive)));
}

std::vector<boost::asio::const_buffer> PushRequest::buffers() const
{
    std::vector<boost::asio::const_buffer> out;
    out.reserve(pieces_.size());
    for (const auto& p : pieces_)
        out.emplace_back(p->data(), p->size());
    return out;
}

std::string PushRequest::text() const
{
    std::string out;
    for (const auto& p : pieces_)
        out += *p;
    return out;
}

} // namespace gatehouse::sim::isapi
