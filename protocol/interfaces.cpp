#include "protocol/interfaces.hpp"
