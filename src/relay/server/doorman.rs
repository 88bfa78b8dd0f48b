//! Counts sockets before they are let in: in all, for the desk, and per address. Addresses are counted in memory under
//! a key that changes hourly; nothing of them is kept.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::relay::metrics::Metrics;
use crate::relay::switchboard::{AddressKey, Door};

const HOUR: Duration = Duration::from_secs(3600);

/// How many sockets are let in.
#[derive(Debug, Clone, Copy)]
pub struct Places {
    /// In all.
    pub all: usize,
    /// Of these, only for the desk.
    pub desk: usize,
    /// Of children from one address.
    pub address: usize,
}

/// Why a socket is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The relay.
    Relay,
    /// The address.
    Address,
}

struct State {
    key: RandomState,
    since: Instant,
    sockets: [usize; 2],
    addresses: HashMap<AddressKey, usize>,
}

/// The one at the door.
pub struct Doorman {
    places: Places,
    metrics: Arc<Metrics>,
    state: Mutex<State>,
}

impl Doorman {
    /// Begins with nobody inside.
    pub fn new(places: Places, metrics: Arc<Metrics>) -> Self {
        let state = State {
            key: RandomState::new(),
            since: Instant::now(),
            sockets: [0, 0],
            addresses: HashMap::new(),
        };
        Self { places, metrics, state: Mutex::new(state) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns where an address is counted: IPv4 whole, IPv6 by its /64.
    pub fn key(&self, address: IpAddr) -> AddressKey {
        let mut state = self.lock();
        if state.since.elapsed() >= HOUR {
            (state.key, state.since) = (RandomState::new(), Instant::now());
        }
        match address.to_canonical() {
            IpAddr::V4(four) => state.key.hash_one(four.octets()),
            IpAddr::V6(six) => state.key.hash_one(&six.octets()[..8]),
        }
    }

    /// Lets a socket in, or not.
    pub fn admit(self: &Arc<Self>, door: Door, address: Option<AddressKey>) -> Result<Inside, Full> {
        let mut state = self.lock();
        let [children, desks] = state.sockets;
        let room = match door {
            Door::Child => children < self.places.all.saturating_sub(self.places.desk),
            Door::Desk => children + desks < self.places.all,
        };
        if !room {
            return Err(Full::Relay);
        }
        let address = address.filter(|_| door == Door::Child);
        if let Some(address) = address {
            let count = state.addresses.entry(address).or_default();
            if *count >= self.places.address {
                return Err(Full::Address);
            }
            *count += 1;
        }
        self.change(&mut state, door, 1);
        Ok(Inside { doorman: Arc::clone(self), door, address })
    }

    fn change(&self, state: &mut State, door: Door, by: isize) {
        let count = &mut state.sockets[usize::from(door == Door::Desk)];
        *count = count.saturating_add_signed(by);
        self.metrics.sockets(door, *count);
    }
}

/// A socket that was let in; dropping it makes room.
pub struct Inside {
    doorman: Arc<Doorman>,
    door: Door,
    address: Option<AddressKey>,
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut state = self.doorman.lock();
        self.doorman.change(&mut state, self.door, -1);
        if let Some(address) = self.address
            && let Some(count) = state.addresses.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                state.addresses.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(result: Result<Inside, Full>) -> Inside {
        result.unwrap_or_else(|full| unreachable!("{full:?}"))
    }

    #[test]
    fn places_are_counted_in_all_for_the_desk_and_per_address() {
        let doorman =
            Arc::new(Doorman::new(Places { all: 4, desk: 1, address: 2 }, Arc::new(Metrics::default())));
        let one = doorman.key("192.0.2.1".parse().expect("an address"));
        let six = doorman.key("2001:db8::1".parse().expect("an address"));
        assert_eq!(six, doorman.key("2001:db8::2".parse().expect("an address")), "a /64 is one address");
        assert_ne!(six, doorman.key("2001:db8:0:1::2".parse().expect("an address")));
        let first = admitted(doorman.admit(Door::Child, Some(one)));
        let _second = admitted(doorman.admit(Door::Child, Some(one)));
        assert_eq!(doorman.admit(Door::Child, Some(one)).err(), Some(Full::Address));
        let _third = admitted(doorman.admit(Door::Child, None));
        assert_eq!(doorman.admit(Door::Child, Some(six)).err(), Some(Full::Relay), "one place is the desk's");
        let _desk = admitted(doorman.admit(Door::Desk, Some(one)));
        assert_eq!(doorman.admit(Door::Desk, None).err(), Some(Full::Relay));
        drop(first);
        assert!(doorman.admit(Door::Child, Some(one)).is_ok());
    }
}
