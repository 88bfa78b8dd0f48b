//! What a chat shows: a fold over the opened entries of a conversation.
