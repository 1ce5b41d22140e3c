#include "base/describe.hpp"

#include <gtest/gtest.h>

namespace callboard {
namespace {

BOOST_DEFINE_ENUM_CLASS(colour, red, dark_blue)

struct ancestor {
  int first = 1;
};
BOOST_DESCRIBE_STRUCT(ancestor, (), (first))

struct descendant : ancestor {
  std::string second;
  std::optional<colour> third;
};
BOOST_DESCRIBE_STRUCT(descendant, (ancestor), (second, third))

struct empty {};
BOOST_DESCRIBE_STRUCT(empty, (), ())

struct undescribed {
  int x;
};

static_assert(described_struct<descendant> && described_struct<empty>);
static_assert(!described_struct<undescribed> && !described_struct<int> && !described_struct<colour>);
static_assert(described_enum<colour> && !described_enum<ancestor>);
static_assert(member_count<descendant> == 3 && member_count<empty> == 0);
static_assert(is_optional<std::optional<int>> && !is_optional<int>);
static_assert(is_vector<std::vector<int>> && !is_vector<std::string>);
static_assert(is_string_map<std::map<std::string, int>> && !is_string_map<std::map<int, int>>);
static_assert(is_patch_field<patch_field<int>> && !is_patch_field<std::optional<int>>);
static_assert(enum_name(colour::dark_blue) == "dark_blue");
static_assert(enum_from_name<colour>("red") == colour::red);

} // namespace

template <>
inline constexpr field_marks marks_of<&descendant::second>{.length_max = 5, .personal = true};

namespace {

TEST(describe, walks_the_members_bases_first) {
  std::string names;
  for_each_member<descendant>([&](auto d) { names.append(d.name).append(" "); });
  EXPECT_EQ(names, "first second third ");
}

TEST(describe, reaches_the_members_through_their_pointers) {
  descendant value;
  for_each_member<descendant>([&](auto d) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value.*d.pointer)>, std::string>)
      value.*d.pointer = "written";
  });
  EXPECT_EQ(value.second, "written");
}

TEST(describe, names_enumerators_and_reads_them_exactly) {
  EXPECT_EQ(enum_names<colour>(), (std::array<std::string_view, 2>{"red", "dark_blue"}));
  for (std::string_view name : {"", "Red", "red ", "blue", "dark_blu", "dark_bluee", "0", "1"})
    EXPECT_FALSE(enum_from_name<colour>(name)) << name;
  EXPECT_FALSE(enum_from_name<colour>(std::string_view{"red\0", 4}));
}

TEST(describe, calls_a_value_that_is_no_enumerator_a_question_mark) {
  EXPECT_EQ(enum_name(static_cast<colour>(7)), "?");
}

TEST(describe, knows_the_marks_of_a_member_and_none_of_others) {
  EXPECT_EQ(marks_of<&descendant::second>.length_max, 5u);
  EXPECT_TRUE(marks_of<&descendant::second>.personal);
  EXPECT_EQ(marks_of<&descendant::third>.length_max, 0u);
  EXPECT_FALSE(marks_of<&descendant::third>.personal);
}

TEST(describe, calls_types_by_their_last_name) {
  EXPECT_EQ(type_name<descendant>(), "descendant");
  EXPECT_EQ(type_name<field_marks>(), "field_marks");
  EXPECT_EQ(type_name<int>(), "int");
}

template <class... T>
struct box {
  struct lid {};
};

TEST(describe, calls_templates_by_their_last_name_with_that_of_their_arguments) {
  EXPECT_EQ(type_name<box<>>(), "box<>");
  EXPECT_EQ(type_name<box<descendant>>(), "box<descendant>");
  EXPECT_EQ(type_name<box<box<colour>>>(), "box<box<colour>>");
  EXPECT_EQ(type_name<patch_field<field_marks>>(), "patch_field<field_marks>");
  EXPECT_EQ((type_name<box<int, field_marks>>()), "box<int, field_marks>");
  EXPECT_EQ(type_name<box<descendant>::lid>(), "lid") << "what qualifies it goes with its arguments";
}

TEST(describe, ends_each_name_so_that_c_can_read_it) {
  EXPECT_STREQ(type_name<descendant>().data(), "descendant");
  EXPECT_STREQ(type_name<box<descendant>>().data(), "box<descendant>");
}

TEST(describe, a_patch_differs_by_being_present_and_by_its_value) {
  EXPECT_EQ((patch_field<int>{}), (patch_field<int>{}));
  EXPECT_NE((patch_field<int>{}), (patch_field<int>{true, std::nullopt}));
  EXPECT_NE((patch_field<int>{true, 1}), (patch_field<int>{true, 2}));
}

} // namespace
} // namespace callboard
