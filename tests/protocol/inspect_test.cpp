#include "protocol/interfaces.hpp"
#include "tests/protocol/distinct_value.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

namespace callboard {
namespace {

namespace mp = boost::mp11;
using block = caf::id_block::callboard;
using testing_support::distinct_values;

template <class Offset>
using type_at = typename caf::type_by_id<block::begin + Offset::value>::type;
template <class T>
using stays_here = mp::mp_bool<caf::allowed_unsafe_message_type<T>::value>;

/// What the block of type ids holds, so that nothing new is left out.
using all_messages = mp::mp_transform<type_at, mp::mp_iota_c<block::end - block::begin>>;
using travelling = mp::mp_remove_if<all_messages, stays_here>;

struct names {
  template <class T>
  static std::string GetName(int) {
    return std::string{type_name<T>()};
  }
};

class registered : public caf::actor_system_config {
public:
  registered() { add_message_types<block>(); }
};

template <class T>
std::vector<char> bytes_of(T& value) {
  std::vector<char> bytes;
  caf::binary_serializer sink{nullptr, bytes};
  EXPECT_FALSE(sink(value));
  return bytes;
}

template <class T>
class every_message : public ::testing::Test {};
using all_types = mp::mp_rename<all_messages, ::testing::Types>;
TYPED_TEST_SUITE(every_message, all_types, names);

TYPED_TEST(every_message, is_described_or_stays_in_the_process) {
  EXPECT_NE(described_struct<TypeParam>, stays_here<TypeParam>::value);
}

template <class T>
class travelling_message : public ::testing::Test {
protected:
  /// A value a round, by the members' description.
  std::vector<T> values() {
    std::vector<T> all;
    for (std::size_t round = 0; round < distinct_values::rounds; ++round)
      all.push_back(distinct_values{round}.make<T>());
    return all;
  }
};
using travelling_types = mp::mp_rename<travelling, ::testing::Types>;
TYPED_TEST_SUITE(travelling_message, travelling_types, names);

TYPED_TEST(travelling_message, comes_back_as_it_was) {
  for (auto& value : this->values()) {
    EXPECT_NE(value, TypeParam{});
    auto bytes = bytes_of(value);
    caf::binary_deserializer source{nullptr, bytes};
    TypeParam back;
    ASSERT_FALSE(source(back));
    EXPECT_EQ(back, value) << caf::deep_to_string(back) << " is not " << caf::deep_to_string(value);
    EXPECT_EQ(source.remaining(), 0u);
  }
}

TYPED_TEST(travelling_message, takes_the_place_of_every_other_value) {
  auto all = this->values();
  auto back = all.back();
  for (auto& value : all) {
    auto bytes = bytes_of(value);
    caf::binary_deserializer source{nullptr, bytes};
    ASSERT_FALSE(source(back));
    EXPECT_EQ(back, value);
  }
  TypeParam plain;
  auto bytes = bytes_of(plain);
  caf::binary_deserializer source{nullptr, bytes};
  ASSERT_FALSE(source(back));
  EXPECT_EQ(back, plain) << "nothing stays of what was there before";
}

TYPED_TEST(travelling_message, is_known_to_the_actor_system_by_its_name) {
  registered config;
  caf::actor_system system{config};
  auto value = distinct_values{0}.make<TypeParam>();
  auto sent = caf::make_message(value);
  std::vector<char> bytes;
  caf::binary_serializer sink{system, bytes};
  ASSERT_FALSE(sink(sent));
  caf::binary_deserializer source{system, bytes};
  caf::message came;
  ASSERT_FALSE(source(came));
  ASSERT_TRUE(came.match_elements<TypeParam>());
  EXPECT_EQ(came.get_as<TypeParam>(0), value);
}

TYPED_TEST(travelling_message, that_is_cut_short_is_an_error) {
  auto value = distinct_values{0}.make<TypeParam>();
  auto bytes = bytes_of(value);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    caf::binary_deserializer source{nullptr, bytes.data(), size};
    TypeParam back;
    EXPECT_TRUE(source(back)) << size << " of " << bytes.size();
  }
}

TEST(inspect, refuses_an_alternative_that_there_is_not) {
  std::variant<int, std::string> value = 7;
  auto bytes = bytes_of(value);
  bytes[0] = 2;
  caf::binary_deserializer source{nullptr, bytes};
  EXPECT_EQ(source(value), caf::sec::unknown_type);
}

TEST(inspect, calls_a_message_by_its_name_and_nothing_more) {
  EXPECT_EQ(caf::deep_to_string(deadline{7}), "deadline(7)");
  EXPECT_TRUE(caf::deep_to_string(actor_info{}).starts_with("actor_info(")) << caf::deep_to_string(actor_info{});
}

struct grown {
  int first = 0;
  std::optional<int> second;
  bool forgotten = false;
};
BOOST_DESCRIBE_STRUCT(grown, (), (first, second))

struct misremembered {
  int first = 0;
  bool forgotten = false;
  std::string last;
};
BOOST_DESCRIBE_STRUCT(misremembered, (), (first, last))

static_assert(testing_support::is_described_whole<deadline>);
static_assert(!testing_support::is_described_whole<grown>);
static_assert(!testing_support::is_described_whole<misremembered>);

} // namespace
} // namespace callboard
