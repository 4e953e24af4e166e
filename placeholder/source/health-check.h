/* Called as a shell, curl or wget inside the container: does our server answer? */
#pragma once

#include "listeners.h"
#include "message.h"

bool server_answers(const struct ports *ports);
