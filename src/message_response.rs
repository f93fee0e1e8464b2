//! The response to a request that returns nothing else.

use crate::json::model::model;

model! {
    /// The response to a request that only reports success, such as a delete.
    MessageResponse is "a message"; with OR_NOTHING;
    fields {
        /// The server's message. Empty if the server sends none.
        message: String,
    }
}
