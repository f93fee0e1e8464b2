//! The answer to a request that has nothing else to tell.

use crate::answer::answer;

answer! {
    /// The answer to a request that has nothing else to tell.
    MessageResponse is "a message";
    default {
        /// The server's words. Empty if the server sends none.
        message,
    }
    no body is blank;
}
