//! Scripted children and counsellors, played through the client.
