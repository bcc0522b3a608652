#include "tests/unit/vision/jpeg/drawn.hpp"
#include "vision/jpeg/decode.hpp"
#include "vision/jpeg/encode.hpp"
#include "vision/jpeg/flaw.hpp"
#include "vision/jpeg/header.hpp"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <algorithm>

namespace gatehouse::vision::jpeg {
namespace {

std::string progressive(const cv::Mat& picture)
{
    const auto handle = tjInitCompress();
    unsigned char* made = nullptr;
    unsigned long size = 0;
    tjCompress2(handle, picture.data, picture.cols, static_cast<int>(picture.step[0]), picture.rows, TJPF_BGR,
                &made, &size, TJSAMP_420, 80, TJFLAG_PROGRESSIVE);
    std::string bytes(reinterpret_cast<char*>(made), size);
    tjFree(made);
    tjDestroy(handle);
    return bytes;
}

// The last scan once more, so often.
std::string with_more_scans(const std::string& bytes, int more)
{
    const auto last = bytes.rfind("\xFF\xDA");
    const auto scan = bytes.substr(last, bytes.size() - 2 - last);
    auto made = bytes.substr(0, bytes.size() - 2);
    for (int i = 0; i < more; ++i)
        made += scan;
    return made + "\xFF\xD9";
}

// The same bytes that claim to be of another size.
std::string claiming(std::string bytes, int width, int height)
{
    const auto frame = std::min(bytes.find("\xFF\xC0"), bytes.find("\xFF\xC2"));
    bytes[frame + 5] = static_cast<char>(height >> 8);
    bytes[frame + 6] = static_cast<char>(height & 0xFF);
    bytes[frame + 7] = static_cast<char>(width >> 8);
    bytes[frame + 8] = static_cast<char>(width & 0xFF);
    return bytes;
}

base::error_code refusal(const std::string& bytes, const Limits& limits = {})
{
    const auto decoded = decode(bytes_of(bytes), limits);
    return decoded ? base::error_code() : decoded.error();
}

TEST(JpegDecode, GivesBackWhatWasWritten)
{
    const auto picture = drawn(160, 90);
    const auto decoded = decode(bytes_of(*encode(picture, 95)));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->bgr.size(), picture.size());
    EXPECT_EQ(decoded->bgr.type(), CV_8UC3);
    EXPECT_TRUE(decoded->damage.empty());
    EXPECT_LT(cv::norm(decoded->bgr, picture, cv::NORM_L1) / (160 * 90 * 3), 3);
}

TEST(JpegDecode, MakesGreyPicturesColoured)
{
    cv::Mat grey(40, 60, CV_8UC1, cv::Scalar(77));
    const auto decoded = decode(bytes_of(*encode(grey, 90)));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->bgr.at<cv::Vec3b>(20, 30), cv::Vec3b(77, 77, 77));
}

TEST(JpegDecode, ShrinksNoFurtherThanTheWantedWidth)
{
    const auto bytes = *encode(drawn(1000, 500), 80);
    const auto width = [&](int wanted) {
        Limits limits;
        limits.shrink_to_width = wanted;
        const auto decoded = decode(bytes_of(bytes), limits);
        EXPECT_TRUE(decoded && decoded->written == cv::Size(1000, 500));
        return decoded->bgr.cols;
    };
    EXPECT_EQ(width(0), 1000);
    EXPECT_EQ(width(501), 1000);
    EXPECT_EQ(width(500), 500);
    EXPECT_EQ(width(200), 250);
    EXPECT_EQ(width(10), 125);
}

TEST(JpegDecode, ShrinksAnEightKFrameByItself)
{
    const auto decoded = decode(bytes_of(*encode(cv::Mat(4320, 7680, CV_8UC3, cv::Scalar(9, 99, 199)), 50)));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->bgr.size(), cv::Size(3840, 2160));
}

TEST(JpegDecode, RefusesByTheHeaderWhatIsLargerThanAnEightKFrame)
{
    EXPECT_EQ(refusal(claiming(*encode(drawn(64, 64), 80), 65'535, 65'535)), Flaw::too_many_pixels);
}

TEST(JpegDecode, RefusesMoreBytesThanAreTaken)
{
    Limits limits;
    limits.bytes_max = 100;
    EXPECT_EQ(refusal(*encode(drawn(64, 64), 80), limits), Flaw::too_many_bytes);
}

TEST(JpegDecode, ReadsProgressivePictures)
{
    const auto decoded = decode(bytes_of(progressive(drawn(160, 90))));
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(decoded->damage.empty()) << decoded->damage;
}

TEST(JpegDecode, RefusesAProgressivePictureOfHundredsOfScans)
{
    EXPECT_EQ(refusal(with_more_scans(progressive(drawn(64, 64)), 400)), Flaw::too_many_scans);
}

TEST(JpegDecode, RefusesAProgressivePictureThatWouldFillTheMemory)
{
    Limits limits;
    limits.shrink_to_width = 100; // does not help: the coefficients are kept in full
    EXPECT_EQ(refusal(claiming(progressive(drawn(64, 64)), 7680, 4320), limits), Flaw::too_much_memory);
}

TEST(JpegDecode, GivesOutAPictureThatIsCutOffAndSaysSo)
{
    const auto picture = drawn(320, 180);
    const auto bytes = *encode(picture, 90);
    const auto decoded = decode(bytes_of(bytes.substr(0, bytes.size() / 2)));
    ASSERT_TRUE(decoded);
    EXPECT_FALSE(decoded->damage.empty());
    const cv::Rect first_rows(0, 0, 320, 30);
    EXPECT_LT(cv::norm(decoded->bgr(first_rows), picture(first_rows), cv::NORM_L1) / (320 * 30 * 3), 4);
}

TEST(JpegDecode, RefusesWhatIsNoPicture)
{
    EXPECT_EQ(refusal(""), Flaw::not_jpeg);
    EXPECT_EQ(refusal("\x89PNG\r\n"), Flaw::not_jpeg);
    EXPECT_EQ(refusal("\xFF\xD8\xFF\xD9"), Flaw::broken);
    const auto bytes = *encode(drawn(64, 64), 80);
    EXPECT_EQ(refusal(bytes.substr(0, 100)), Flaw::broken);
}

TEST(JpegHeader, RefusesAFrameThatIsWrittenTwice) // the second may be the larger one
{
    const auto bytes = *encode(drawn(64, 64), 80);
    const auto frame = bytes.find("\xFF\xC0");
    const auto header = read_header(bytes_of(bytes.substr(0, frame + 19) + bytes.substr(frame)));
    ASSERT_FALSE(header);
    EXPECT_EQ(header.error(), Flaw::broken);
}

TEST(JpegHeader, TellsSizeAndScansWithoutDecoding)
{
    const auto bytes = progressive(drawn(160, 90));
    const auto header = read_header(bytes_of(bytes));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->width, 160);
    EXPECT_EQ(header->height, 90);
    EXPECT_EQ(header->components, 3);
    EXPECT_TRUE(header->progressive);
    EXPECT_EQ(header->scans, 10); // the library's script
    EXPECT_EQ(header->coefficient_bytes, 10U * 6 * 6 * 128);
}

TEST(JpegEncode, WritesPartsOfAPictureAsTheyLie)
{
    const auto picture = drawn(160, 90);
    const cv::Rect part(20, 10, 64, 48);
    const auto decoded = decode(bytes_of(*encode(picture(part), 95)));
    ASSERT_TRUE(decoded);
    EXPECT_LT(cv::norm(decoded->bgr, picture(part), cv::NORM_L1) / (64 * 48 * 3), 4);
}

TEST(JpegEncode, RefusesWhatIsNoPicture)
{
    EXPECT_EQ(encode(cv::Mat(), 80).error(), Flaw::no_picture);
    EXPECT_EQ(encode(cv::Mat(4, 4, CV_32F), 80).error(), Flaw::no_picture);
    EXPECT_EQ(encode(drawn(8, 8), 0).error(), Flaw::no_picture);
    EXPECT_EQ(encode(drawn(8, 8), 101).error(), Flaw::no_picture);
}

} // namespace
} // namespace gatehouse::vision::jpeg
